import type { Backup } from '../api/backup-resources.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatDateTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { backupName } from './backup-name.ts';
import { markPositions } from './mark-positions.ts';

/** The backups of the list on a line of time; each mark leads to its backup. */
export function TimeLine({ backups, onOpen }: { backups: readonly Backup[]; onOpen: (id: string) => void }) {
  const { t, word, locale } = useTexts();
  const positions = markPositions(backups.map(({ time }) => time));
  const newest = backups[0];
  const oldest = backups.at(-1);
  return (
    <section className="time-line" aria-label={t('backups.timeLine')} data-testid="time-line">
      <div className="time-line-track">
        {backups.map((backup, at) => {
          const state = backup.damagedAt ? 'damaged' : backup.state;
          const label = `${backupName(backup, locale)} · ${word('backupStates', state)} · ${formatBytes(backup.bytes, locale)}`;
          return (
            <button
              key={backup.id}
              type="button"
              className={`time-line-mark time-line-${state}${backup.pinned ? ' time-line-pinned' : ''}`}
              style={{ left: `${(positions[at] ?? 0) * 100}%` }}
              aria-label={label}
              title={label}
              tabIndex={-1}
              onClick={() => onOpen(backup.id)}
            />
          );
        })}
      </div>
      <div className="time-line-ends">
        <span>{oldest && oldest !== newest && formatDateTime(oldest.time, locale)}</span>
        <span>{newest && formatDateTime(newest.time, locale)}</span>
      </div>
    </section>
  );
}
