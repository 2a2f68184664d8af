import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { Repository } from '../api/backup-resources.ts';
import { toErrorRecord } from '../api/problem.ts';
import { formatDateTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { snapshotsQuery } from './repository-api.ts';

const PAGE = 200;

/** All that the engine finds, also what no plan of Sampan made. */
export function SnapshotsTab({ repository }: { repository: Repository }) {
  const { t, locale } = useTexts();
  const [shown, setShown] = useState(PAGE);
  const snapshots = useQuery(snapshotsQuery(repository.id));
  const items = snapshots.data?.items.toSorted((a, b) => (a.time < b.time ? 1 : -1));
  return (
    <div className="stack" data-testid="snapshots-tab">
      <p className="quiet">{t('repositories.snapshotsHelp')}</p>
      {snapshots.error && <ErrorNotice error={toErrorRecord(snapshots.error)} onRetry={() => snapshots.refetch()} />}
      <section className="card" aria-busy={snapshots.isFetching}>
        {!items && !snapshots.error && <p className="quiet">{t('repositories.reading')}</p>}
        {items?.length === 0 && <p className="quiet">{t('repositories.noSnapshots')}</p>}
        {items && items.length > 0 && (
          <div className="table-wide">
            <table className="small-table">
              <thead>
                <tr>
                  <th>{t('backups.time')}</th>
                  <th>{t('repositories.snapshot')}</th>
                  <th>{t('repositories.hostname')}</th>
                  <th>{t('plans.what')}</th>
                  <th>{t('plans.tags')}</th>
                </tr>
              </thead>
              <tbody>
                {items.slice(0, shown).map((snapshot) => (
                  <tr key={snapshot.id} data-testid={`snapshot-${snapshot.id.slice(0, 8)}`}>
                    <td className="number">{formatDateTime(snapshot.time, locale)}</td>
                    <td className="mono">
                      {snapshot.backupId ? (
                        <Link to="/backups/$id" params={{ id: snapshot.backupId }}>
                          {snapshot.id.slice(0, 8)}
                        </Link>
                      ) : (
                        snapshot.id.slice(0, 8)
                      )}
                    </td>
                    <td>{snapshot.hostname}</td>
                    <td className="mono snapshot-paths">{snapshot.paths.join(', ')}</td>
                    <td className="quiet snapshot-paths">{snapshot.tags.join(', ')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        {items && items.length > shown && (
          <Button onClick={() => setShown(shown + PAGE)}>{t('objects.loadMore')}</Button>
        )}
      </section>
    </div>
  );
}
