import { Button } from 'antd';
import { changeLanguage } from '../i18n/i18n.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { LanguageIcon } from '../ui/icons.tsx';

/** Changes to the other language; each language is named in itself, so that it is found without reading the present one. */
export function LanguageSwitch() {
  const { t, language } = useTexts();
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <Button
      type="text"
      icon={<LanguageIcon />}
      lang={other === 'zh' ? 'zh-CN' : 'en'}
      title={t('nav.language')}
      onClick={() => void changeLanguage(other)}
      data-testid="language-switch"
    >
      <span className="header-wide">{other === 'zh' ? '中文' : 'English'}</span>
    </Button>
  );
}
