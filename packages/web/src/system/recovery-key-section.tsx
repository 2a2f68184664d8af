import { Alert, Button } from 'antd';
import { useState } from 'react';
import type { RecoveryKey, SecretKey } from '../api/system-resources.ts';
import { formatDateTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { Ago } from '../ui/ago.tsx';
import { Chip, type Tone } from '../ui/chip.tsx';
import { Copyable } from '../ui/copyable.tsx';
import { CheckRecoveryKeyDialog } from './check-recovery-key-dialog.tsx';
import { MakeRecoveryKeyDialog } from './make-recovery-key-dialog.tsx';
import { type RecoveryKeyState, recoveryKeyState } from './recovery-key.ts';

const TONES: Readonly<Record<RecoveryKeyState, Tone>> = { none: 'warning', unchecked: 'warning', checked: 'good' };

/** Whether the secrets can be opened again when the secret key is lost, and the means for that. */
export function RecoveryKeySection({ secretKey }: { secretKey: SecretKey }) {
  const { t } = useTexts();
  const may = usePermission();
  const [dialog, setDialog] = useState<'make' | 'check' | null>(null);
  const close = () => setDialog(null);
  const { recoveryKey } = secretKey;
  const state = recoveryKeyState(recoveryKey);
  return (
    <section className="card stack" aria-labelledby="system-recovery-key" data-testid="recovery-key">
      <div className="flow flow-between">
        <div className="flow" data-testid="recovery-key-state" data-state={state}>
          <h2 id="system-recovery-key">{t('system.recoveryKey')}</h2>
          <Chip tone={TONES[state]}>{t(`system.recoveryStates.${state}`)}</Chip>
        </div>
        <div className="flow">
          {recoveryKey && may('recovery_key:check') && (
            <Button
              type={state === 'unchecked' ? 'primary' : 'default'}
              onClick={() => setDialog('check')}
              data-testid="recovery-key-check"
            >
              {t('system.check')}
            </Button>
          )}
          {may('recovery_key:create') && (
            <Button
              type={recoveryKey ? 'default' : 'primary'}
              onClick={() => setDialog('make')}
              data-testid="recovery-key-make"
            >
              {recoveryKey ? t('system.replace') : t('system.make')}
            </Button>
          )}
        </div>
      </div>
      <p className="quiet system-text">{t('system.recoveryText')}</p>
      {state === 'none' && <Alert type="warning" showIcon title={t('system.recoveryNone')} />}
      {state === 'unchecked' && <Alert type="warning" showIcon title={t('system.recoveryUnchecked')} />}
      {recoveryKey && <RecoveryKeyFacts recoveryKey={recoveryKey} />}
      {dialog === 'make' && <MakeRecoveryKeyDialog secretKey={secretKey} onClose={close} />}
      {dialog === 'check' && <CheckRecoveryKeyDialog onClose={close} />}
    </section>
  );
}

function RecoveryKeyFacts({ recoveryKey }: { recoveryKey: RecoveryKey }) {
  const { t, locale } = useTexts();
  const { createdAt, createdBy, checkedAt, recipient } = recoveryKey;
  return (
    <dl className="facts">
      <dt>{t('system.made')}</dt>
      <dd>{t('system.madeBy', { time: formatDateTime(createdAt, locale), name: createdBy })}</dd>
      <dt>{t('system.checked')}</dt>
      <dd>
        <Ago time={checkedAt} otherwise={t('system.notChecked')} />
      </dd>
      <dt>{t('system.publicHalf')}</dt>
      <dd>
        <Copyable text={recipient} />
      </dd>
    </dl>
  );
}
