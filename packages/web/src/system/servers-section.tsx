import { Alert } from 'antd';
import { useMemo } from 'react';
import type { Server, System } from '../api/system-resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import type { Column } from '../table/column.ts';
import { DataTable } from '../table/data-table.tsx';
import { Ago } from '../ui/ago.tsx';
import { Chip } from '../ui/chip.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

const DATABASES: Readonly<Record<System['database'], string>> = { sqlite: 'SQLite', postgres: 'PostgreSQL' };

/** Who works on the database now. */
export function ServersSection({ system }: { system: System | undefined }) {
  const { t } = useTexts();
  const columns = useServerColumns();
  const lacking = system?.servers.filter((server) => !server.hasSecretKey).map(({ name }) => name);
  return (
    <section className="system-servers" aria-labelledby="system-servers">
      <div className="flow">
        <h2 id="system-servers">{t('system.servers')}</h2>
        {system && (
          <span className="quiet" data-testid="system-version">
            Sampan {system.version} · {DATABASES[system.database] ?? system.database}
          </span>
        )}
      </div>
      <DataTable
        label={t('system.servers')}
        columns={columns}
        rows={system?.servers}
        rowId={(server) => server.id}
        rowName={(server) => server.name}
        rowTestId={(server) => `server-row-${server.name}`}
        expectedRows={1}
        empty={<EmptyState text={t('system.noServers')} />}
      />
      {lacking && lacking.length > 0 && (
        <Alert type="error" showIcon title={t('system.lackKey', { servers: lacking.join(', ') })} />
      )}
    </section>
  );
}

function useServerColumns(): readonly Column<Server>[] {
  const { t } = useTexts();
  return useMemo(
    () => [
      {
        key: 'name',
        title: t('system.server'),
        narrow: 'title',
        cell: (server) => (
          <span className="flow">
            <strong>{server.name}</strong>
            {server.isThis && <span className="quiet">({t('system.thisOne')})</span>}
          </span>
        ),
      },
      {
        key: 'version',
        title: t('system.version'),
        width: '100px',
        narrow: 'labelled',
        cell: (server) => server.version,
      },
      {
        key: 'started',
        title: t('system.started'),
        width: '130px',
        narrow: 'labelled',
        cell: (server) => <Ago time={server.startedAt} />,
      },
      {
        key: 'key',
        title: t('system.secretKey'),
        width: '120px',
        narrow: 'labelled',
        cell: (server) =>
          server.hasSecretKey ? (
            <Chip tone="good">{t('system.hasKey')}</Chip>
          ) : (
            <Chip tone="bad">{t('system.lacksKey')}</Chip>
          ),
      },
      {
        key: 'node',
        title: t('system.node'),
        width: '280px',
        narrow: 'labelled',
        cell: (server) => <span className="mono system-id">{server.nodeId}</span>,
      },
    ],
    [t],
  );
}
