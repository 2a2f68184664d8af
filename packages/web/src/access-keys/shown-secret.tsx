import { Alert, Button } from 'antd';
import { useTexts } from '../i18n/use-texts.tsx';
import { Copyable } from '../ui/copyable.tsx';
import { Snippet } from '../ui/equivalent.tsx';
import type { CreatedAccessKey } from './access-key-api.ts';

/** The one time that a secret is shown. */
export function ShownSecret({ created, onSaved }: { created: CreatedAccessKey; onSaved: () => void }) {
  const { t } = useTexts();
  const environment = [
    `export SAMPAN_URL=${location.origin}`,
    `export SAMPAN_ACCESS_KEY_ID=${created.accessKeyId}`,
    'export SAMPAN_ACCESS_KEY_SECRET=…',
    'sampan instance list',
  ].join('\n');
  return (
    <div className="stack">
      <Alert type="warning" showIcon title={t('accessKeys.createdText')} />
      <dl className="facts">
        <dt>{t('accessKeys.keyId')}</dt>
        <dd data-testid="access-key-id">
          <Copyable text={created.accessKeyId} />
        </dd>
        <dt>{t('accessKeys.secret')}</dt>
        <dd data-testid="access-key-secret">
          <Copyable text={created.accessKeySecret} />
        </dd>
      </dl>
      <Snippet title={t('accessKeys.useIt')} text={environment} />
      <div>
        <Button type="primary" onClick={onSaved} data-testid="access-key-saved">
          {t('accessKeys.savedIt')}
        </Button>
      </div>
    </div>
  );
}
