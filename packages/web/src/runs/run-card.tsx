import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import type { Run } from '../api/backup-resources.ts';
import { formatBytes, formatNumber, formatRate } from '../format/bytes.ts';
import { formatDuration } from '../format/duration.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { cancelOperation } from '../operations/operation-api.ts';
import { OperationSteps } from '../operations/operation-steps.tsx';
import '../operations/operations.css';
import { Waiting } from '../operations/waiting.tsx';
import { operationQuery } from '../plans/plan-api.ts';
import { useAct } from '../plans/use-act.ts';
import { usePermission } from '../session/use-session.tsx';
import { Ago } from '../ui/ago.tsx';
import { Elapsed } from '../ui/elapsed.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { runQuery, setRunPaused } from './run-api.ts';
import { runPercent } from './run-percent.ts';
import { isRunUnfinished, RunStateChip } from './run-state-chip.tsx';
import { UnreadList } from './unread-list.tsx';

const KINDS = ['runs', 'operations'] as const;

/** The run that is under way, live; or how the last one ended. */
export function RunCard({ id }: { id: string }) {
  const { t, word } = useTexts();
  const found = useQuery(runQuery(id));
  const run = found.data;
  if (!run) return <section className="card run-live" aria-busy="true" />;
  const isLive = isRunUnfinished(run.state);
  return (
    <section className="card run-live" aria-labelledby="run-title" data-testid="run-card" data-run-state={run.state}>
      <div className="flow flow-between">
        <div className="flow">
          <h2 id="run-title">{isLive ? t('runs.underWay') : t('runs.last')}</h2>
          <RunStateChip state={run.state} />
          <span className="quiet">
            {word('runReasons', run.reason)} · <Ago time={run.startedAt ?? run.createdAt} />
            {run.startedAt && (
              <>
                {' · '}
                <Elapsed from={run.startedAt} to={run.finishedAt} />
              </>
            )}
          </span>
        </div>
        {isLive && <RunTools run={run} />}
      </div>
      {isLive ? <LiveRun run={run} /> : <EndedRun run={run} />}
    </section>
  );
}

function RunTools({ run }: { run: Run }) {
  const { t } = useTexts();
  const may = usePermission();
  const { act, busy } = useAct(KINDS);
  const isPaused = run.pauseRequested || run.state === 'paused';
  return (
    <div className="flow">
      {may('plan:run') && run.state !== 'queued' && (
        <Button
          size="small"
          loading={busy === 'pause'}
          onClick={() => void act('pause', () => setRunPaused(run.id, !isPaused))}
          data-testid={isPaused ? 'run-resume' : 'run-pause'}
        >
          {isPaused ? t('runs.resume') : t('runs.pause')}
        </Button>
      )}
      {may('operation:cancel') && (
        <Button
          size="small"
          danger
          loading={busy === 'cancel'}
          onClick={() => void act('cancel', () => cancelOperation(run.id))}
          data-testid="run-cancel"
        >
          {t('common.cancel')}
        </Button>
      )}
    </div>
  );
}

function LiveRun({ run }: { run: Run }) {
  const { t, locale } = useTexts();
  const operation = useQuery(operationQuery(run.id));
  const { progress } = run;
  const percent = runPercent(run);
  const of = (done: string, all: string | null) =>
    all === null ? done : t('operations.doneOfTotal', { done, total: all });
  const number = (value: number) => formatNumber(value, locale);
  const bytes = (value: number) => formatBytes(value, locale);
  return (
    <>
      <div
        className={percent === null && run.state === 'running' ? 'bar bar-unknown' : 'bar'}
        role="progressbar"
        aria-label={t('operations.progress')}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(percent !== null && { 'aria-valuenow': percent })}
      >
        <div className="bar-done" style={percent === null ? undefined : { transform: `scaleX(${percent / 100})` }} />
      </div>
      <div className="run-numbers">
        <Count label={t('runs.done')} value={percent === null ? '–' : `${percent} %`} />
        <Count
          label={t('runs.files')}
          value={
            progress ? of(number(progress.filesDone), progress.files === null ? null : number(progress.files)) : '–'
          }
        />
        <Count
          label={t('runs.read')}
          value={progress ? of(bytes(progress.bytesDone), progress.bytes === null ? null : bytes(progress.bytes)) : '–'}
        />
        <Count label={t('runs.sent')} value={progress ? bytes(progress.bytesSent) : '–'} />
        <Count
          label={t('runs.rate')}
          value={progress?.ratePerSecond ? formatRate(progress.ratePerSecond, locale) : '–'}
        />
        <Count
          label={t('runs.left')}
          value={progress?.remainingMs === null || !progress ? '–' : formatDuration(progress.remainingMs, locale)}
        />
      </div>
      <div className="run-file" title={progress?.currentFiles.join('\n')}>
        {run.state === 'paused' ? t('runs.pausedHelp') : (progress?.currentFiles[0] ?? ' ')}
      </div>
      {operation.data && <Waiting operation={operation.data} />}
      {operation.data && <OperationSteps kind={operation.data.kind} steps={operation.data.steps} />}
    </>
  );
}

function EndedRun({ run }: { run: Run }) {
  const { t, locale } = useTexts();
  const hasCounts = run.files !== null;
  return (
    <>
      {hasCounts && (
        <div className="flow quiet number">
          <span>{t('plans.fileCount', { count: run.files ?? 0, shown: formatNumber(run.files ?? 0, locale) })}</span>·
          <span>{formatBytes(run.bytes ?? 0, locale)}</span>·
          <span>{t('runs.added', { size: formatBytes(run.bytesAdded ?? 0, locale) })}</span>
          {run.backupId && (
            <Link to="/backups/$id" params={{ id: run.backupId }} data-testid="run-browse">
              {t('backups.browse')}
            </Link>
          )}
        </div>
      )}
      {run.error && <ErrorNotice error={run.error} testId="run-error" />}
      {!run.error && run.state === 'cancelled' && <p className="quiet">{t('runs.cancelledHelp')}</p>}
      {!run.error && run.state === 'interrupted' && <p className="quiet">{t('runs.interruptedHelp')}</p>}
      {run.unreadCount > 0 && <UnreadList run={run} />}
    </>
  );
}

function Count({ label, value }: { label: string; value: string }) {
  return (
    <div className="plan-fact">
      <span>{label}</span>
      <span className="number">{value}</span>
    </div>
  );
}
