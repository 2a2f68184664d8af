import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button } from 'antd';
import { useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import { queryKeys } from '../api/query-keys.ts';
import type { Storage } from '../api/resources.ts';
import { formatBytes } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { updateStorage } from './storage-api.ts';

interface DeepTestProposalProps {
  storage: Storage;
  proposal: { chunkSize: number; uploadConcurrency: number };
}

/** What the deep test found best, to be set with one click. */
export function DeepTestProposal({ storage, proposal }: DeepTestProposalProps) {
  const { t, locale, ...texts } = useTexts();
  const may = usePermission();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const { chunkSize, uploadConcurrency } = proposal;
  const isInForce = storage.options.chunkSize === chunkSize && storage.options.uploadConcurrency === uploadConcurrency;
  const apply = async () => {
    setBusy(true);
    try {
      const saved = await updateStorage(storage.id, storage.revision, { options: proposal });
      client.setQueryData(queryKeys.one('storages', storage.id), saved);
      message.success(t('storages.applied'));
    } catch (thrown) {
      const { message: what, hint } = texts.error(toErrorRecord(thrown));
      message.error(hint ? `${what} ${hint}` : what);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Alert
      type="success"
      showIcon
      data-testid="deep-test-proposal"
      title={t('storages.proposalText', { chunkSize: formatBytes(chunkSize, locale), concurrency: uploadConcurrency })}
      description={isInForce && t('storages.proposalInForce')}
      action={
        !isInForce &&
        may('storage:update') && (
          <Button type="primary" loading={busy} onClick={apply} data-testid="deep-test-apply">
            {t('storages.applyProposal')}
          </Button>
        )
      }
    />
  );
}
