import { Link } from '@tanstack/react-router';
import { toErrorRecord } from '../api/problem.ts';
import type { Storage, StorageState } from '../api/resources.ts';
import { formatBytes } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { StorageStateChip } from '../storages/storage-state-chip.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';

const STATES: readonly StorageState[] = ['ready', 'new', 'unreachable', 'refused'];

/** How many storages are in which state, and each of them; what needs somebody comes first. */
export function StorageStates({ storages, error }: { storages: readonly Storage[] | undefined; error: Error | null }) {
  const { t, locale } = useTexts();
  const sorted = storages && [...storages].sort((a, b) => Number(b.error !== null) - Number(a.error !== null));
  return (
    <section className="card stack" aria-labelledby="overview-storages" data-testid="overview-storages">
      <div className="flow flow-between">
        <h2 id="overview-storages">
          <Link to="/storages">{t('overview.storagesTitle')}</Link>
        </h2>
        <span className="flow">{storages && <Counts storages={storages} />}</span>
      </div>
      {error && <ErrorLine error={toErrorRecord(error)} />}
      {sorted?.length === 0 && <p className="quiet">{t('overview.storagesEmpty')}</p>}
      <ul className="overview-list">
        {sorted?.map((storage) => (
          <li key={storage.id}>
            <div className="flow flow-between">
              <Link to="/storages/$id" params={{ id: storage.id }}>
                {storage.name}
              </Link>
              <span className="flow">
                {storage.usage.bytes !== null && (
                  <span className="quiet number">{formatBytes(storage.usage.bytes, locale)}</span>
                )}
                <StorageStateChip state={storage.state} />
              </span>
            </div>
            {storage.error && (
              <p className="overview-error">
                <ErrorLine error={storage.error} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Counts({ storages }: { storages: readonly Storage[] }) {
  const { word } = useTexts();
  return STATES.map((state) => ({ state, count: storages.filter((storage) => storage.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => (
      <span key={state} className="quiet number">
        {word('storageStates', state)} {count}
      </span>
    ));
}
