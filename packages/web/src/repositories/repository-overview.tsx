import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import type { Repository } from '../api/backup-resources.ts';
import { repositoryCommands } from '../commands/repository-commands.ts';
import { formatBytes } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { OperationCard } from '../operations/operation-card.tsx';
import { operationQuery } from '../plans/plan-api.ts';
import { useAct } from '../plans/use-act.ts';
import { useScheduleText } from '../plans/use-schedule-text.ts';
import { usePermission } from '../session/use-session.tsx';
import { Ago } from '../ui/ago.tsx';
import { Copyable } from '../ui/copyable.tsx';
import { Equivalent } from '../ui/equivalent.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';
import { PlansOf } from './repositories-page.tsx';
import { actOnRepository } from './repository-api.ts';

const KINDS = ['repositories'] as const;

/** Where it is, who uses it, and when it was checked and tidied. */
export function RepositoryOverview({ repository }: { repository: Repository }) {
  const { t, locale } = useTexts();
  // The last one that was seen stays, so that its result can be read.
  const [asked, setAsked] = useState<string>();
  const shown = repository.operation?.id ?? asked;
  return (
    <div className="stack" data-testid="repository-overview">
      <section className="card">
        <dl className="facts">
          <dt>{t('repositories.place')}</dt>
          <dd>
            <Link to="/storages/$id" params={{ id: repository.storageId }}>
              {repository.storageName}
            </Link>{' '}
            <span className="mono">/{repository.folder}</span>
          </dd>
          <dt>{t('plans.title')}</dt>
          <dd>
            <PlansOf repository={repository} />
          </dd>
          <dt>{t('plans.size')}</dt>
          <dd className="number">{repository.bytes === null ? '–' : formatBytes(repository.bytes, locale)}</dd>
          <dt>{t('repositories.appendOnlyShort')}</dt>
          <dd>{repository.appendOnly ? t('common.yes') : t('common.no')}</dd>
          {repository.resticId && (
            <>
              <dt>{t('repositories.resticId')}</dt>
              <dd>
                <Copyable text={repository.resticId} />
              </dd>
            </>
          )}
        </dl>
      </section>
      <CheckSection repository={repository} onAsked={setAsked} />
      <PruneSection repository={repository} onAsked={setAsked} />
      {shown && <Work id={shown} />}
      <Equivalent {...repositoryCommands(repository, location.origin)} />
    </div>
  );
}

function Work({ id }: { id: string }) {
  const operation = useQuery(operationQuery(id));
  return operation.data ? (
    <section className="card">
      <OperationCard operation={operation.data} withTarget={false} inFull />
    </section>
  ) : null;
}

interface SectionProps {
  repository: Repository;
  onAsked: (operation: string) => void;
}

function CheckSection({ repository, onAsked }: SectionProps) {
  const { t } = useTexts();
  const may = usePermission();
  const { act, busy } = useAct(KINDS);
  const scheduleText = useScheduleText();
  const { check, maintenance } = repository;
  const isAllNeeded = repository.damage?.provenBy === 'all_data';
  const [typed, setTyped] = useState<string>();
  const percent = typed ?? String(isAllNeeded ? 100 : maintenance.check.readDataPercent);
  const run = () =>
    act('check', async () => {
      const readDataPercent = Math.max(0, Math.min(100, Math.round(Number(percent) || 0)));
      onAsked((await actOnRepository(repository.id, 'check', { readDataPercent })).id);
    });
  return (
    <section className="card stack" aria-labelledby="repository-check">
      <div className="flow flow-between">
        <h2 id="repository-check">{t('repositories.check')}</h2>
        {may('repository:maintain') && (
          <div className="flow">
            {/* biome-ignore lint/a11y/noLabelWithoutControl: the input is the control */}
            <label className="flow">
              {t('repositories.readBack')}
              <Input
                className="percent-input"
                inputMode="numeric"
                suffix="%"
                value={percent}
                onChange={(event) => setTyped(event.target.value)}
                data-testid="check-percent"
              />
            </label>
            <Button loading={busy === 'check'} onClick={run} data-testid="repository-check">
              {t('repositories.checkNow')}
            </Button>
          </div>
        )}
      </div>
      <p className="quiet">
        {scheduleText(maintenance.check.schedule)} ·{' '}
        {t('repositories.readsBack', { percent: maintenance.check.readDataPercent })}
        {maintenance.check.nextAt && (
          <>
            {' · '}
            {t('plans.nextRun')}: <Ago time={maintenance.check.nextAt} />
          </>
        )}
      </p>
      {check === null ? (
        <p>{t('repositories.neverChecked')}</p>
      ) : (
        <Alert
          type={check.isSound ? 'success' : 'error'}
          showIcon
          data-testid="check-result"
          title={
            <>
              {check.isSound ? t('repositories.sound', { percent: check.readDataPercent }) : t('repositories.notSound')}{' '}
              <span className="quiet">
                <Ago time={repository.checkedAt} />
              </span>
            </>
          }
          {...(check.problems.length > 0 && { description: <Problems lines={check.problems} /> })}
        />
      )}
    </section>
  );
}

function Problems({ lines }: { lines: readonly string[] }) {
  return (
    <ul className="name-list">
      {lines.map((line) => (
        <li key={line} className="mono">
          {line}
        </li>
      ))}
    </ul>
  );
}

function PruneSection({ repository, onAsked }: SectionProps) {
  const { t } = useTexts();
  const may = usePermission();
  const { act, busy } = useAct(KINDS);
  const scheduleText = useScheduleText();
  const { prune } = repository.maintenance;
  return (
    <section className="card stack" aria-labelledby="repository-prune">
      <div className="flow flow-between">
        <h2 id="repository-prune">{t('repositories.prune')}</h2>
        {may('repository:maintain') && (
          <Button
            loading={busy === 'prune'}
            disabled={repository.appendOnly}
            onClick={() => void act('prune', async () => onAsked((await actOnRepository(repository.id, 'prune')).id))}
            data-testid="repository-prune"
          >
            {t('repositories.pruneNow')}
          </Button>
        )}
      </div>
      <p className="quiet">
        {t('repositories.pruneHelp')} {scheduleText(prune.schedule)}
        {prune.nextAt && (
          <>
            {' · '}
            {t('plans.nextRun')}: <Ago time={prune.nextAt} />
          </>
        )}
      </p>
      <p>
        {t('repositories.pruned')} <Ago time={repository.prunedAt} />
      </p>
      {repository.appendOnly && <p className="quiet">{t('repositories.appendOnlyNoPrune')}</p>}
      {repository.pruneError && <ErrorLine error={repository.pruneError} />}
    </section>
  );
}
