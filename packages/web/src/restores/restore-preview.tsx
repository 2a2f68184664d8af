import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { type ReactNode, useState } from 'react';
import type { BackupPlace, Restore, RestoreItems } from '../api/backup-resources.ts';
import { type ErrorRecord, toErrorRecord } from '../api/problem.ts';
import { formatBytes, formatNumber } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { OperationProgressBar } from '../operations/operation-progress.tsx';
import { Waiting } from '../operations/waiting.tsx';
import '../operations/operations.css';
import { operationQuery } from '../plans/plan-api.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { createRestore, type RestoreInput, restoreQuery } from './restore-api.ts';
import { isRestoreUnfinished, RESTORE_ACTIONS } from './restore-state.ts';

interface RestorePreviewProps {
  input: RestoreInput;
  /** Null where the engine cannot make one. */
  preview: Restore | null;
  /** Where the backup is. */
  places: readonly BackupPlace[];
  onOther: (input: RestoreInput, preview: Restore) => void;
  onBack: () => void;
  onStarted: (id: string) => void;
}

/** What the restore would do; only from here it is begun. */
export function RestorePreview({ preview, ...props }: RestorePreviewProps) {
  const { t } = useTexts();
  if (preview) return <Seen {...props} preview={preview} />;
  return (
    <div className="stack" data-testid="restore-preview-result" data-state="none">
      <Alert type="warning" showIcon title={t('restores.noItems')} description={t('restores.noItemsHint')} />
      <p className="mono path-text">{props.input.target ?? t('restores.inPlace')}</p>
      <Start {...props} isReady />
    </div>
  );
}

function Seen({ preview, ...props }: RestorePreviewProps & { preview: Restore }) {
  const { t } = useTexts();
  const found = useQuery({
    ...restoreQuery(preview.id),
    initialData: preview,
    // Events tell of the end; should one be missed, it is asked for.
    refetchInterval: (query) => (isRestoreUnfinished(query.state.data) ? 2000 : false),
  });
  const operation = useQuery(operationQuery(preview.id));
  const restore = found.data;
  const isRunning = isRestoreUnfinished(restore);
  const message = operation.data?.steps.find(({ state }) => state === 'running')?.message;
  return (
    <div className="stack" data-testid="restore-preview-result" data-state={restore.state}>
      {isRunning && (
        <>
          <p>{t('restores.previewing')}</p>
          {message && <p className="quiet">{message}</p>}
          {operation.data && <Waiting operation={operation.data} />}
          {operation.data && <OperationProgressBar operation={operation.data} />}
        </>
      )}
      {restore.error && <ErrorNotice error={restore.error} />}
      {!isRunning && !restore.error && restore.items && <Items restore={restore} />}
      {!isRunning && !restore.error && restore.items === null && <Alert type="info" title={t('restores.noItems')} />}
      {restore.error && <OtherPlaces {...props} failed={restore.repositoryId} />}
      <Start {...props} isReady={!isRunning && restore.error === null} />
    </div>
  );
}

/** What could not be read from one place may be read from another. */
function OtherPlaces({ input, places, onOther, failed }: Omit<RestorePreviewProps, 'preview'> & { failed: string }) {
  const { t } = useTexts();
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<ErrorRecord | null>(null);
  const others = places.filter(({ repositoryId }) => repositoryId !== failed);
  if (others.length === 0) return null;
  const look = async (repositoryId: string) => {
    const wish = { ...input, repositoryId };
    setBusy(repositoryId);
    try {
      onOther(wish, await createRestore(wish, true));
    } catch (thrown) {
      setError(toErrorRecord(thrown));
      setBusy(null);
    }
  };
  return (
    <>
      <p>{t('restores.alsoThere')}</p>
      <div className="flow">
        {others.map(({ repositoryId, repositoryName, isMirror }) => (
          <Button
            key={repositoryId}
            type="primary"
            loading={busy === repositoryId}
            disabled={busy !== null}
            onClick={() => look(repositoryId)}
            data-testid="restore-other-place"
          >
            {t('restores.readFrom', {
              name: isMirror ? t('restores.mirror', { name: repositoryName }) : repositoryName,
            })}
          </Button>
        ))}
      </div>
      {error && <ErrorNotice error={error} />}
    </>
  );
}

function Start({
  input,
  isReady,
  onBack,
  onStarted,
}: Pick<RestorePreviewProps, 'input' | 'onBack' | 'onStarted'> & { isReady: boolean }): ReactNode {
  const { t } = useTexts();
  const { submit, busy, error } = useSubmit(async () => {
    onStarted((await createRestore(input, false)).id);
  });
  return (
    <>
      {error && <ErrorNotice error={error} />}
      <div className="flow form-actions">
        <Button
          type="primary"
          danger={input.deleteOthers || input.target === undefined}
          loading={busy}
          disabled={!isReady}
          onClick={submit}
          data-testid="restore-start"
        >
          {t('restores.start')}
        </Button>
        <Button onClick={onBack} disabled={busy}>
          {t('restores.back')}
        </Button>
      </div>
    </>
  );
}

function Items({ restore }: { restore: Restore }) {
  const { t, locale } = useTexts();
  const { items, target } = restore;
  if (!items) return null;
  const { overwritten, deleted } = items;
  const isSame = items.new.count + overwritten.count + deleted.count === 0;
  const shown = formatNumber(overwritten.count, locale);
  return (
    <>
      <p>{target === null ? t('restores.wouldInPlace') : t('restores.would', { target })}</p>
      {isSame && <Alert type="info" showIcon title={t('restores.allThere')} />}
      {overwritten.count > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('restores.overwrites', { count: overwritten.count, shown })}
          data-testid="restore-overwrites"
        />
      )}
      <div className="restore-counts">
        {RESTORE_ACTIONS.map((action) => (
          <div key={action} className="restore-count" data-testid={`restore-${action}`}>
            <span className="quiet">{t(`restoreActions.${action}`)}</span>
            <b className={action === 'deleted' && deleted.count > 0 ? 'number plan-bad' : 'number'}>
              {formatNumber(items[action].count, locale)}
            </b>
            <span className="quiet number">{formatBytes(items[action].bytes, locale)}</span>
          </div>
        ))}
      </div>
      <p className="quiet">{t('restores.foldersCount')}</p>
      {RESTORE_ACTIONS.filter((action) => items[action].first.length > 0).map((action) => (
        <Names key={action} action={action} items={items[action]} />
      ))}
    </>
  );
}

/** What is lost is shown without being asked for. */
const SHOWN: ReadonlySet<string> = new Set(['overwritten', 'deleted']);

function Names({ action, items }: { action: (typeof RESTORE_ACTIONS)[number]; items: RestoreItems }) {
  const { t, locale } = useTexts();
  return (
    <details className="equivalent" open={SHOWN.has(action) || undefined}>
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
