import { App, ConfigProvider, type ThemeConfig, theme as themes } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { type ReactNode, useMemo } from 'react';
import { useTexts } from '../i18n/use-texts.tsx';
import { PALETTES, type Theme } from './palette.ts';
import { useTheme } from './theme-mode.ts';

/** Gives Ant Design's components our colours and the person's language. */
export function ComponentTheme(props: { children: ReactNode }) {
  const theme = useTheme();
  const { language } = useTexts();
  const config = useMemo(() => themeConfig(theme), [theme]);
  return (
    <ConfigProvider theme={config} locale={language === 'zh' ? zhCN : enUS} button={{ autoInsertSpace: false }}>
      <App component={false} notification={{ placement: 'bottomLeft' }}>
        {props.children}
      </App>
    </ConfigProvider>
  );
}

function themeConfig(theme: Theme): ThemeConfig {
  const palette = PALETTES[theme];
  const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)').matches;
  return {
    algorithm: theme === 'dark' ? themes.darkAlgorithm : themes.defaultAlgorithm,
    token: {
      colorPrimary: palette.accent,
      colorLink: palette.link,
      colorSuccess: palette.good,
      colorWarning: palette.warning,
      colorError: palette.bad,
      colorInfo: palette.busy,
      colorSuccessBg: palette['good-soft'],
      colorInfoBg: palette['busy-soft'],
      colorWarningBg: palette['warning-soft'],
      colorErrorBg: palette['bad-soft'],
      colorBgLayout: palette.canvas,
      colorBgContainer: palette.surface,
      colorBgElevated: palette['surface-raised'],
      colorBorder: palette.border,
      colorText: palette.text,
      colorTextSecondary: palette['text-secondary'],
      colorTextTertiary: palette['text-tertiary'],
      colorTextPlaceholder: palette['text-tertiary'],
      fontFamily: 'var(--sans)',
      fontFamilyCode: 'var(--mono)',
      borderRadius: 5,
      motion: !reducedMotion,
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.16s',
    },
    components: {
      Button: {
        ...{ primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', colorPrimary: palette.accent },
        // The red of the dark theme is too light for white.
        dangerColor: theme === 'dark' ? palette.canvas : palette.surface,
      },
      Drawer: { paddingLG: 20 },
      Alert: { withDescriptionPadding: '10px 14px', withDescriptionIconSize: 18, fontSizeLG: 14 },
    },
  };
}
