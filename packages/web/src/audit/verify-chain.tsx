import { Button, Tag } from 'antd';
import { useState } from 'react';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { verifyChain } from './audit-api.ts';

/** Computes the chain of hashes again, on the server, and says whether every entry is as it was written. */
export function VerifyChain() {
  const { t } = useTexts();
  const [outcome, setOutcome] = useState<Awaited<ReturnType<typeof verifyChain>> | null>(null);
  const { submit, busy, error } = useSubmit(async () => {
    // What was found before says nothing of now.
    setOutcome(null);
    setOutcome(await verifyChain());
  });
  return (
    <div className="flow">
      <span role="status" className="chain-result">
        {error && <ErrorLine error={error} />}
        {outcome?.valid && (
          <Tag color="success" data-testid="audit-chain-valid">
            {t('audit.valid', { count: outcome.checked })}
          </Tag>
        )}
        {outcome && !outcome.valid && (
          <Tag color="error" data-testid="audit-chain-broken">
            {t('audit.broken', { sequence: outcome.firstBroken ?? 0 })}
          </Tag>
        )}
      </span>
      <Button onClick={submit} loading={busy} data-testid="audit-verify">
        {busy ? t('audit.verifying') : t('audit.verify')}
      </Button>
    </div>
  );
}
