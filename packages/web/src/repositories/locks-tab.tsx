import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import type { Repository } from '../api/backup-resources.ts';
import { toErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { OperationCard } from '../operations/operation-card.tsx';
import { isUnfinished } from '../operations/operation-state.ts';
import { operationQuery } from '../plans/plan-api.ts';
import { useAct } from '../plans/use-act.ts';
import { usePermission } from '../session/use-session.tsx';
import { Ago } from '../ui/ago.tsx';
import { Chip, type Tone } from '../ui/chip.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { actOnRepository, locksQuery } from './repository-api.ts';

const TONES: Readonly<Record<string, Tone>> = { alive: 'good', gone: 'bad', elsewhere: 'idle' };
const KINDS = ['repositories', 'repository-locks'] as const;

/** Who holds locks, and taking away those of owners that are gone. */
export function LocksTab({ repository }: { repository: Repository }) {
  const { t, word } = useTexts();
  const may = usePermission();
  const { act, busy } = useAct(KINDS);
  const [asked, setAsked] = useState<string>();
  const locks = useQuery(locksQuery(repository.id));
  const unlock = () => act('unlock', async () => setAsked((await actOnRepository(repository.id, 'unlock')).id));
  return (
    <div className="stack" data-testid="locks-tab">
      <div className="flow">
        <Button onClick={() => locks.refetch()} loading={locks.isFetching}>
          {t('repositories.readAgain')}
        </Button>
        {may('repository:maintain') && (
          <Button onClick={unlock} loading={busy === 'unlock'} data-testid="repository-unlock">
            {t('repositories.unlock')}
          </Button>
        )}
      </div>
      {locks.error && <ErrorNotice error={toErrorRecord(locks.error)} onRetry={() => locks.refetch()} />}
      <section className="card" aria-busy={locks.isFetching}>
        {locks.data?.items.length === 0 && <p className="quiet">{t('repositories.noLocks')}</p>}
        {locks.data && locks.data.items.length > 0 && (
          <div className="table-wide">
            <table className="small-table">
              <thead>
                <tr>
                  <th>{t('repositories.lockOwner')}</th>
                  <th>{t('common.state')}</th>
                  <th>{t('repositories.lockKind')}</th>
                  <th>{t('common.created')}</th>
                </tr>
              </thead>
              <tbody>
                {locks.data.items.map((lock) => (
                  <tr key={lock.id}>
                    <td>
                      {lock.username}@{lock.hostname} <span className="quiet">PID {lock.pid}</span>
                    </td>
                    <td>
                      <Chip tone={TONES[lock.owner] ?? 'idle'}>{word('lockOwners', lock.owner)}</Chip>
                    </td>
                    <td>{lock.isExclusive ? t('repositories.exclusive') : t('repositories.shared')}</td>
                    <td>
                      <Ago time={lock.time} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      <p className="quiet">{t('repositories.locksHelp')}</p>
      {asked && <UnlockWork id={asked} onEnd={() => void locks.refetch()} />}
    </div>
  );
}

function UnlockWork({ id, onEnd }: { id: string; onEnd: () => void }) {
  const operation = useQuery(operationQuery(id));
  const [told, setTold] = useState(false);
  if (!operation.data) return null;
  if (!told && !isUnfinished(operation.data.state)) {
    setTold(true);
    queueMicrotask(onEnd);
  }
  return (
    <section className="card">
      <OperationCard operation={operation.data} withTarget={false} inFull />
    </section>
  );
}
