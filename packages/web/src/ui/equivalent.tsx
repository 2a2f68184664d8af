import { useTexts } from '../i18n/use-texts.tsx';
import { CopyButton } from './copyable.tsx';

/** The same action for the command line and for the API, to copy; secrets are placeholders. */
export function Equivalent({ cli, api }: { cli: string; api: string }) {
  const { t } = useTexts();
  return (
    <details className="equivalent" data-testid="equivalent">
      <summary>{t('common.equivalent')}</summary>
      <Snippet title={t('common.equivalentCli')} text={cli} />
      <Snippet title={t('common.equivalentApi')} text={api} />
    </details>
  );
}

export function Snippet({ title, text }: { title: string; text: string }) {
  return (
    <div className="snippet">
      <div className="snippet-head">
        <h3>{title}</h3>
        <CopyButton text={text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}
