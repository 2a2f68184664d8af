import { useQuery } from '@tanstack/react-query';
import { hostsQuery } from '../hosts/host-api.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { instanceCountQuery } from '../instances/instance-api.ts';
import { latestOperationsQuery } from '../operations/operation-api.ts';
import { usePermission } from '../session/use-session.tsx';
import { storagesQuery } from '../storages/storage-api.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { Checklist } from './checklist.tsx';
import { HostStates } from './host-states.tsx';
import { InstanceCounts } from './instance-counts.tsx';
import { PlanStates } from './plan-states.tsx';
import { RecentOperations } from './recent-operations.tsx';
import { StorageStates } from './storage-states.tsx';
import './overview.css';

/** How everything is, and what to do first. */
export function OverviewPage() {
  const { t } = useTexts();
  const may = usePermission();
  const hosts = useQuery({ ...hostsQuery, enabled: may('host:read') });
  const storages = useQuery({ ...storagesQuery, enabled: may('storage:read') });
  const operations = useQuery({ ...latestOperationsQuery, enabled: may('operation:read') });
  const total = useQuery({ ...instanceCountQuery({}), enabled: may('instance:read') });
  return (
    <div className="overview">
      <PageHeader title={t('overview.title')} />
      <Checklist hosts={hosts.data?.items} operations={operations.data?.items} storages={storages.data?.items} />
      {may('instance:read') && <InstanceCounts total={total.data} />}
      <div className="overview-columns">
        <div className="overview-column">
          {may('plan:read') && <PlanStates />}
          {may('host:read') && <HostStates hosts={hosts.data?.items} error={hosts.error} />}
          {may('storage:read') && <StorageStates storages={storages.data?.items} error={storages.error} />}
        </div>
        {may('operation:read') && <RecentOperations operations={operations.data?.items} error={operations.error} />}
      </div>
    </div>
  );
}
