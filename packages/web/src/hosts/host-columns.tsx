import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Host, HostType } from '../api/resources.ts';
import { formatNumber } from '../format/bytes.ts';
import { formatDuration } from '../format/duration.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import type { Column } from '../table/column.ts';
import { Ago } from '../ui/ago.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';
import { SimulatedTag } from '../ui/simulated-tag.tsx';
import { HOST_ACTION_PERMISSIONS, HostActions, type HostRequest } from './host-actions.tsx';
import { HostStateChip } from './host-state-chip.tsx';

export function useHostColumns(
  types: readonly HostType[] | undefined,
  onRequest: (request: HostRequest) => void,
): readonly Column<Host>[] {
  const { t, locale, localized } = useTexts();
  const may = usePermission();
  const mayAct = HOST_ACTION_PERMISSIONS.some(may);
  return useMemo(() => {
    const typeName = (name: string) => {
      const type = types?.find((candidate) => candidate.type === name);
      return type ? localized(type.label) : name;
    };
    const columns: Column<Host>[] = [
      {
        key: 'name',
        title: t('common.name'),
        narrow: 'title',
        cell: (host) => (
          <span className="host-name">
            <strong>{host.name}</strong>
            {host.simulated && <SimulatedTag />}
            {host.error && (
              <span className="host-error">
                <ErrorLine error={host.error} />
              </span>
            )}
          </span>
        ),
      },
      { key: 'type', title: t('driverForm.type'), width: '116px', cell: (host) => typeName(host.type) },
      { key: 'state', title: t('common.state'), width: '104px', cell: (host) => <HostStateChip state={host.state} /> },
      {
        key: 'instances',
        title: t('hosts.instances'),
        width: '76px',
        narrow: 'labelled',
        cell: (host) => (
          <Link
            to="/instances"
            search={{ hostId: [host.id] }}
            className="number"
            aria-label={`${t('hosts.instances')}: ${host.instanceCount}`}
          >
            {formatNumber(host.instanceCount, locale)}
          </Link>
        ),
      },
      {
        key: 'synced',
        title: t('hosts.synced'),
        width: '96px',
        narrow: 'labelled',
        cell: (host) => (
          <span
            title={
              host.syncDurationMs === null
                ? undefined
                : t('hosts.lastSyncTook', { time: formatDuration(host.syncDurationMs, locale) })
            }
          >
            <Ago time={host.syncedAt} otherwise={t('hosts.neverSynced')} />
          </span>
        ),
      },
    ];
    if (mayAct) {
      columns.push({
        key: 'actions',
        title: t('common.actions'),
        width: '132px',
        align: 'end',
        cell: (host) => <HostActions host={host} onRequest={onRequest} />,
      });
    }
    return columns;
  }, [t, locale, localized, types, mayAct, onRequest]);
}
