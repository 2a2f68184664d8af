import { Button, Dropdown } from 'antd';
import { useTexts } from '../i18n/use-texts.tsx';
import { setThemeMode, type ThemeMode, useThemeMode } from '../theme/theme-mode.ts';
import { MoonIcon, SunIcon, SystemThemeIcon } from '../ui/icons.tsx';

const ICONS = { light: SunIcon, dark: MoonIcon, system: SystemThemeIcon };

export function ThemeSwitch() {
  const { t } = useTexts();
  const mode = useThemeMode();
  const names: Record<ThemeMode, string> = {
    light: t('nav.themeLight'),
    dark: t('nav.themeDark'),
    system: t('nav.themeSystem'),
  };
  const Icon = ICONS[mode];
  const label = `${t('nav.theme')}: ${names[mode]}`;
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectable: true,
        selectedKeys: [mode],
        items: (['light', 'dark', 'system'] as const).map((key) => {
          const ItemIcon = ICONS[key];
          return { key, label: names[key], icon: <ItemIcon />, onClick: () => setThemeMode(key) };
        }),
      }}
    >
      <Button type="text" icon={<Icon />} aria-label={label} title={label} data-testid="theme-switch" />
    </Dropdown>
  );
}
