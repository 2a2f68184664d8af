import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import type { Restore } from '../api/backup-resources.ts';
import { toErrorRecord } from '../api/problem.ts';
import { formatBytes, formatNumber } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { OperationDetails } from '../operations/operation-details.tsx';
import '../operations/operations.css';
import { operationQuery } from '../plans/plan-api.ts';
import { RunStateChip } from '../runs/run-state-chip.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { FileReason } from '../ui/file-reason.tsx';
import { restoreQuery } from './restore-api.ts';
import { isCounted, isRestoreUnfinished } from './restore-state.ts';

/** A restore while it runs, and how it ended. Closing this leaves it running. */
export function RestoreProgress({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTexts();
  const found = useQuery({
    ...restoreQuery(id),
    refetchInterval: (query) => (isRestoreUnfinished(query.state.data) ? 2000 : false),
  });
  const operation = useQuery(operationQuery(id));
  const restore = found.data;
  return (
    <div className="stack" data-testid="restore-progress" data-state={restore?.state}>
      {found.error && <ErrorNotice error={toErrorRecord(found.error)} />}
      {restore && (
        <div className="flow">
          <RunStateChip state={restore.state} />
          <span className={restore.target === null ? undefined : 'mono path-text'}>
            {restore.target ?? t('restores.inPlace')}
          </span>
        </div>
      )}
      {operation.data && (
        <OperationDetails operation={{ ...operation.data, error: restore?.error ? null : operation.data.error }} />
      )}
      {restore && !isRestoreUnfinished(restore) && <RestoreResult restore={restore} />}
      <div className="flow form-actions">
        <Button onClick={onClose} data-testid="restore-close">
          {t('common.close')}
        </Button>
        {isRestoreUnfinished(restore) && <span className="field-help">{t('restores.goesOn')}</span>}
      </div>
    </div>
  );
}

/** What was restored, whether it was read back, and what could not be. */
export function RestoreResult({ restore }: { restore: Restore }) {
  const { t, locale } = useTexts();
  const number = (value: number) => formatNumber(value, locale);
  const isGood = restore.state === 'succeeded';
  return (
    <div className="stack">
      {(isGood || restore.state === 'partial') && (
        <Alert
          type={isGood ? 'success' : 'warning'}
          showIcon
          title={isGood ? (restore.verify ? t('restores.doneVerified') : t('restores.done')) : t('restores.partly')}
          {...(isCounted(restore) && {
            description: t('restores.counts', {
              files: number(restore.files),
              size: formatBytes(restore.bytes, locale),
              untouched: number(restore.untouched),
              deleted: number(restore.deleted),
            }),
          })}
          data-testid="restore-result"
        />
      )}
      {restore.error && <ErrorNotice error={restore.error} />}
      {restore.failures.length > 0 && (
        <details className="equivalent" open>
          <summary>{t('restores.failures', { count: restore.failures.length })}</summary>
          <ul className="restore-names name-list">
            {restore.failures.map(({ path, reason }) => (
              <li key={path}>
                <span className="mono">{path}</span> <FileReason reason={reason} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
