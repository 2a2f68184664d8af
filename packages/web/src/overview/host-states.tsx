import { Link } from '@tanstack/react-router';
import { toErrorRecord } from '../api/problem.ts';
import type { Host } from '../api/resources.ts';
import { HostStateChip } from '../hosts/host-state-chip.tsx';
import { useTexts } from '../i18n/use-texts.tsx';
import { Ago } from '../ui/ago.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';
import { SimulatedTag } from '../ui/simulated-tag.tsx';

/** Every host with its state; what needs somebody comes first. */
export function HostStates({ hosts, error }: { hosts: readonly Host[] | undefined; error: Error | null }) {
  const { t } = useTexts();
  const sorted = hosts && [...hosts].sort((a, b) => Number(b.error !== null) - Number(a.error !== null));
  return (
    <section className="card stack" aria-labelledby="overview-hosts">
      <h2 id="overview-hosts">{t('overview.hostsTitle')}</h2>
      {error && <ErrorLine error={toErrorRecord(error)} />}
      {sorted?.length === 0 && <p className="quiet">{t('overview.hostsEmpty')}</p>}
      <ul className="overview-list">
        {sorted?.map((host) => (
          <li key={host.id}>
            <div className="flow flow-between">
              <span className="flow">
                <Link to="/instances" search={{ hostId: [host.id] }}>
                  {host.name}
                </Link>
                {host.simulated && <SimulatedTag />}
              </span>
              <span className="flow">
                <span className="quiet">
                  <Ago time={host.syncedAt} otherwise={t('hosts.neverSynced')} />
                </span>
                <HostStateChip state={host.state} />
              </span>
            </div>
            {host.error && (
              <p className="overview-error">
                <ErrorLine error={host.error} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
