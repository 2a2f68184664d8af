import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import type { Restore, RestoreItems } from '../api/backup-resources.ts';
import { type ErrorRecord, toErrorRecord } from '../api/problem.ts';
import { formatBytes, formatNumber } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { OperationProgressBar } from '../operations/operation-progress.tsx';
import '../operations/operations.css';
import { operationQuery } from '../plans/plan-api.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { createRestore, type RestoreInput, restoreQuery } from './restore-api.ts';
import { isRestoreUnfinished, RESTORE_ACTIONS } from './restore-state.ts';

interface RestorePreviewProps {
  input: RestoreInput;
  preview: Restore;
  onBack: () => void;
  onStarted: (id: string) => void;
}

/** What the restore would do; only from here it is begun. */
export function RestorePreview({ input, preview, onBack, onStarted }: RestorePreviewProps) {
  const { t } = useTexts();
  const found = useQuery({
    ...restoreQuery(preview.id),
    initialData: preview,
    // Events tell of the end; should one be missed, it is asked for.
    refetchInterval: (query) => (isRestoreUnfinished(query.state.data) ? 2000 : false),
  });
  const operation = useQuery(operationQuery(preview.id));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorRecord | null>(null);
  const restore = found.data;
  const isRunning = isRestoreUnfinished(restore);
  const start = async () => {
    setBusy(true);
    try {
      onStarted((await createRestore(input, false)).id);
    } catch (thrown) {
      setError(toErrorRecord(thrown));
      setBusy(false);
    }
  };
  return (
    <div className="stack" data-testid="restore-preview-result" data-state={restore.state}>
      {isRunning && (
        <>
          <p>{t('restores.previewing')}</p>
          {operation.data && <OperationProgressBar operation={operation.data} />}
        </>
      )}
      {restore.error && <ErrorNotice error={restore.error} />}
      {!isRunning && !restore.error && restore.items && <Items restore={restore} />}
      {!isRunning && !restore.error && restore.items === null && <Alert type="info" title={t('restores.noItems')} />}
      {error && <ErrorNotice error={error} />}
      <div className="flow form-actions">
        <Button
          type="primary"
          danger={input.deleteOthers || input.target === undefined}
          loading={busy}
          disabled={isRunning || restore.error !== null}
          onClick={start}
          data-testid="restore-start"
        >
          {t('restores.start')}
        </Button>
        <Button onClick={onBack} disabled={busy}>
          {t('restores.back')}
        </Button>
      </div>
    </div>
  );
}

function Items({ restore }: { restore: Restore }) {
  const { t, locale } = useTexts();
  const { items, target } = restore;
  if (!items) return null;
  return (
    <>
      <p>{target === null ? t('restores.wouldInPlace') : t('restores.would', { target })}</p>
      <p className="quiet">{t('restores.foldersCount')}</p>
      <div className="restore-counts">
        {RESTORE_ACTIONS.map((action) => (
          <div key={action} className="restore-count" data-testid={`restore-${action}`}>
            <span className="quiet">{t(`restoreActions.${action}`)}</span>
            <b className={action === 'deleted' && items.deleted.count > 0 ? 'number plan-bad' : 'number'}>
              {formatNumber(items[action].count, locale)}
            </b>
            <span className="quiet number">{formatBytes(items[action].bytes, locale)}</span>
          </div>
        ))}
      </div>
      {RESTORE_ACTIONS.filter((action) => items[action].first.length > 0).map((action) => (
        <Names key={action} action={action} items={items[action]} />
      ))}
    </>
  );
}

function Names({ action, items }: { action: (typeof RESTORE_ACTIONS)[number]; items: RestoreItems }) {
  const { t, locale } = useTexts();
  return (
    <details className="equivalent" open={action === 'deleted' || undefined}>
      <summary data-testid={`restore-names-${action}`}>
        {t(`restoreActions.${action}`)} <span className="quiet number">{formatNumber(items.count, locale)}</span>
      </summary>
      <ul className="restore-names name-list">
        {items.first.map(({ path, size }) => (
          <li key={path} className="mono">
            {path} <span className="quiet">{formatBytes(size, locale)}</span>
          </li>
        ))}
      </ul>
      {items.count > items.first.length && (
        <p className="quiet">{t('restores.firstNames', { count: items.first.length })}</p>
      )}
    </details>
  );
}
