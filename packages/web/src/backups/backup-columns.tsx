import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Backup } from '../api/backup-resources.ts';
import { formatBytes, formatNumber } from '../format/bytes.ts';
import { formatDateTime, formatExactTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { useAct } from '../plans/use-act.ts';
import { usePermission } from '../session/use-session.tsx';
import type { Column } from '../table/column.ts';
import { Ago } from '../ui/ago.tsx';
import { Chip } from '../ui/chip.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { EditIcon, PinIcon, RestoreIcon, TrashIcon } from '../ui/icons.tsx';
import { updateBackup } from './backup-api.ts';
import { backupName } from './backup-name.ts';

export type BackupRequest = { kind: 'restore' | 'details' | 'delete'; backup: Backup };

export function useBackupColumns(onRequest: (request: BackupRequest) => void): readonly Column<Backup>[] {
  const { t, word, locale } = useTexts();
  return useMemo(
    () => [
      {
        key: 'time',
        title: t('backups.time'),
        narrow: 'title',
        cell: (backup) => (
          <span className="cell-two">
            <Link
              to="/backups/$id"
              params={{ id: backup.id }}
              className="number"
              title={formatExactTime(backup.time, locale)}
              data-testid="backup-open"
            >
              {formatDateTime(backup.time, locale)}
            </Link>
            <span className="cell-two-second">
              {backup.title || <Ago time={backup.time} />}
              {backup.note && <span title={backup.note}> · ✎</span>}
            </span>
          </span>
        ),
      },
      {
        key: 'state',
        title: t('common.state'),
        width: '120px',
        cell: (backup) => <BackupStateChip backup={backup} />,
      },
      {
        key: 'files',
        title: t('runs.files'),
        width: '90px',
        align: 'end',
        narrow: 'labelled',
        cell: (backup) => <span className="number">{formatNumber(backup.files, locale)}</span>,
      },
      {
        key: 'size',
        title: t('plans.size'),
        width: '96px',
        align: 'end',
        cell: (backup) => <span className="number">{formatBytes(backup.bytes, locale)}</span>,
      },
      {
        key: 'added',
        title: t('backups.added'),
        width: '96px',
        align: 'end',
        narrow: 'hidden',
        cell: (backup) => <span className="number">{formatBytes(backup.bytesAdded, locale)}</span>,
      },
      {
        key: 'places',
        title: t('backups.places'),
        width: '74px',
        align: 'end',
        narrow: 'hidden',
        cell: (backup) => (
          <span className="number" title={backup.places.map(({ repositoryName }) => repositoryName).join(', ')}>
            {backup.places.length}
          </span>
        ),
      },
      {
        key: 'proven',
        title: t('backups.proven'),
        width: '110px',
        narrow: 'labelled',
        cell: (backup) =>
          backup.damagedAt ? (
            <span className="plan-bad" title={formatExactTime(backup.damagedAt, locale)}>
              {word('backupStates', 'damaged')}
            </span>
          ) : (
            <Ago time={backup.provenAt} otherwise={t('backups.notProven')} />
          ),
      },
      {
        key: 'actions',
        title: t('common.actions'),
        width: '126px',
        align: 'end',
        cell: (backup) => <BackupActions backup={backup} onRequest={onRequest} />,
      },
    ],
    [t, word, locale, onRequest],
  );
}

export function BackupStateChip({ backup }: { backup: Backup }) {
  const { word } = useTexts();
  return (
    <span data-state={backup.state}>
      <Chip tone={backup.state === 'complete' ? 'good' : 'warning'}>{word('backupStates', backup.state)}</Chip>
    </span>
  );
}

const KINDS = ['backups'] as const;

function BackupActions({ backup, onRequest }: { backup: Backup; onRequest: (request: BackupRequest) => void }) {
  const { t, locale } = useTexts();
  const may = usePermission();
  const { act, busy } = useAct(KINDS);
  const named = (action: string) => `${action}: ${backupName(backup, locale)}`;
  return (
    <span className="cell-actions">
      {may('restore:create') && (
        <IconButton
          label={named(t('restores.restore'))}
          icon={RestoreIcon}
          onClick={() => onRequest({ kind: 'restore', backup })}
          testId="backup-restore"
        />
      )}
      {may('backup:update') && (
        <>
          <span className={backup.pinned ? 'pin-on' : undefined}>
            <IconButton
              label={named(backup.pinned ? t('backups.unpin') : t('backups.pin'))}
              icon={PinIcon}
              disabled={busy !== null}
              onClick={() => void act('pin', () => updateBackup(backup, { pinned: !backup.pinned }))}
              testId={backup.pinned ? 'backup-unpin' : 'backup-pin'}
            />
          </span>
          <IconButton
            label={named(t('backups.edit'))}
            icon={EditIcon}
            onClick={() => onRequest({ kind: 'details', backup })}
            testId="backup-edit"
          />
        </>
      )}
      {may('backup:delete') && (
        <IconButton
          danger
          label={backup.pinned ? t('backups.pinnedStays') : named(t('common.delete'))}
          icon={TrashIcon}
          disabled={backup.pinned}
          onClick={() => onRequest({ kind: 'delete', backup })}
          testId="backup-delete"
        />
      )}
    </span>
  );
}
