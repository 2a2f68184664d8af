import type { Operation, OperationProgress } from '../api/resources.ts';
import { formatBytes, formatNumber, formatRate } from '../format/bytes.ts';
import { formatDuration } from '../format/duration.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { donePercent, isUnfinished } from './operation-state.ts';

/** How far an operation is: a bar, and in numbers where they say something. */
export function OperationProgressBar({ operation }: { operation: Operation }) {
  const { t } = useTexts();
  if (!isUnfinished(operation.state)) return null;
  const percent = operation.state === 'queued' ? 0 : donePercent(operation);
  return (
    <div className="operation-progress">
      <div
        className={percent === null ? 'bar bar-unknown' : 'bar'}
        role="progressbar"
        aria-label={t('operations.progress')}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(percent !== null && { 'aria-valuenow': percent })}
      >
        <div className="bar-done" style={percent === null ? undefined : { transform: `scaleX(${percent / 100})` }} />
      </div>
      {operation.progress && <ProgressNumbers progress={operation.progress} />}
    </div>
  );
}

function ProgressNumbers({ progress }: { progress: OperationProgress }) {
  const { t, locale } = useTexts();
  const amount = (value: number) =>
    progress.unit === 'bytes' ? formatBytes(value, locale) : formatNumber(value, locale);
  const parts = [
    progress.total === null
      ? t('operations.done', { done: amount(progress.done) })
      : t('operations.doneOfTotal', { done: amount(progress.done), total: amount(progress.total) }),
  ];
  if (progress.ratePerSecond) {
    parts.push(
      progress.unit === 'bytes'
        ? formatRate(progress.ratePerSecond, locale)
        : t('operations.rateItems', { rate: formatNumber(progress.ratePerSecond, locale) }),
    );
  }
  if (progress.remainingMs !== null) {
    parts.push(t('operations.remaining', { time: formatDuration(progress.remainingMs, locale) }));
  }
  return <span className="quiet number">{parts.join(' · ')}</span>;
}
