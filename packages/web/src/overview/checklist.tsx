import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { accessKeysQuery } from '../access-keys/access-key-api.ts';
import type { Host, Operation, Storage } from '../api/resources.ts';
import { FirstHostActions } from '../hosts/first-host-actions.tsx';
import { useTexts } from '../i18n/use-texts.tsx';
import { somePlansQuery } from '../plans/plan-api.ts';
import { usePermission } from '../session/use-session.tsx';
import { secretKeyQuery } from '../system/system-api.ts';
import { CheckIcon } from '../ui/icons.tsx';
import { firstSteps, type StepState } from './first-steps.ts';

const STORAGE_KEY = 'sampan.checklist';

interface ChecklistProps {
  hosts: readonly Host[] | undefined;
  operations: readonly Operation[] | undefined;
  storages: readonly Storage[] | undefined;
}

/** What to do first, until it is done or hidden. */
export function Checklist({ hosts, operations, storages }: ChecklistProps) {
  const { t } = useTexts();
  const may = usePermission();
  const wanted = ['host:create', 'storage:create', 'plan:create', 'recovery_key:create', 'access_key:create'].every(
    may,
  );
  const [hidden, setHidden] = useState(() => localStorage.getItem(STORAGE_KEY) === 'hidden');
  const keys = useQuery({ ...accessKeysQuery(undefined), enabled: wanted && !hidden });
  const plans = useQuery({ ...somePlansQuery, enabled: wanted && !hidden });
  const secretKey = useQuery({ ...secretKeyQuery, enabled: wanted && !hidden });
  const steps = firstSteps({
    ...{ hosts, operations, storages },
    ...{ plans: plans.data?.items, secretKey: secretKey.data, keys: keys.data?.items },
  });
  if (!wanted || hidden || !steps) return null;
  const done = steps.filter((step) => step.done).length;
  const next = steps.find((step) => !step.done);
  const hide = () => {
    localStorage.setItem(STORAGE_KEY, 'hidden');
    setHidden(true);
  };
  return (
    <section className="card checklist" aria-labelledby="checklist-title" data-testid="checklist">
      <div className="flow flow-between">
        <h2 id="checklist-title">
          {t('overview.checklist')}{' '}
          <span className="quiet number">{t('overview.progress', { done, total: steps.length })}</span>
        </h2>
        <Button type="text" onClick={hide} data-testid="checklist-hide">
          {t('overview.hideChecklist')}
        </Button>
      </div>
      {next ? (
        <ol className="checklist-steps">
          {steps.map((state) => (
            <Step key={state.step} state={state} isNext={state === next} />
          ))}
        </ol>
      ) : (
        <p>{t('overview.checklistDone')}</p>
      )}
    </section>
  );
}

function Step({ state, isNext }: { state: StepState; isNext: boolean }) {
  const { t } = useTexts();
  const { title, text } = TEXTS[state.step];
  return (
    <li className={state.done ? 'checklist-step checklist-step-done' : 'checklist-step'}>
      <span className="checklist-mark" aria-hidden="true">
        {state.done && <CheckIcon />}
      </span>
      <div>
        <div className="checklist-step-title">
          {t(title)}
          {state.done && <span className="visually-hidden"> ({t('overview.done')})</span>}
        </div>
        {!state.done && text && <p className="quiet">{t(text)}</p>}
        {isNext && (
          <div className="flow checklist-actions">
            {state.step === 'host' && <FirstHostActions />}
            {state.step === 'operate' && <Link to="/instances">{t('nav.instances')}</Link>}
            {state.step === 'storage' && (
              <Link to="/storages" search={{ form: 'new' }} data-testid="checklist-storage">
                {t('storages.add')}
              </Link>
            )}
            {state.step === 'backup' && (
              <Link to="/plans" search={{ form: 'new' }} data-testid="checklist-backup">
                {t('plans.add')}
              </Link>
            )}
            {state.step === 'recovery' && (
              <Link to="/system" data-testid="checklist-recovery">
                {t('nav.system')}
              </Link>
            )}
            {state.step === 'key' && <Link to="/access-keys">{t('nav.accessKeys')}</Link>}
          </div>
        )}
      </div>
    </li>
  );
}

const TEXTS = {
  administrator: { title: 'overview.stepAdministrator', text: null },
  host: { title: 'overview.stepHost', text: 'overview.stepHostText' },
  operate: { title: 'overview.stepOperate', text: 'overview.stepOperateText' },
  storage: { title: 'overview.stepStorage', text: 'overview.stepStorageText' },
  backup: { title: 'overview.stepBackup', text: 'overview.stepBackupText' },
  recovery: { title: 'overview.stepRecovery', text: 'overview.stepRecoveryText' },
  key: { title: 'overview.stepKey', text: 'overview.stepKeyText' },
} as const;
