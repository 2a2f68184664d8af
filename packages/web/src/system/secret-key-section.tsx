import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { Operation } from '../api/resources.ts';
import type { Rotation, SecretKey } from '../api/system-resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { OperationCard } from '../operations/operation-card.tsx';
import { isUnfinished } from '../operations/operation-state.ts';
import { usePermission } from '../session/use-session.tsx';
import { Chip } from '../ui/chip.tsx';
import { Copyable } from '../ui/copyable.tsx';
import { ChangeKeyDialog } from './change-key-dialog.tsx';

interface SecretKeySectionProps {
  secretKey: SecretKey;
  serverCount: number;
  /** The change that runs, or else the one before. */
  operation: Operation | undefined;
}

/** Which key seals, where it is kept, and its change. */
export function SecretKeySection({ secretKey, serverCount, operation }: SecretKeySectionProps) {
  const { t } = useTexts();
  const may = usePermission();
  const [changing, setChanging] = useState(false);
  const { id, from, place, rotation } = secretKey;
  const isRunning = operation !== undefined && isUnfinished(operation.state);
  return (
    <section className="card stack" aria-labelledby="system-secret-key" data-testid="secret-key">
      <div className="flow flow-between">
        <h2 id="system-secret-key">{t('system.secretKey')}</h2>
        {may('secret_key:rotate') && (
          <Button disabled={isRunning} onClick={() => setChanging(true)} data-testid="secret-key-change">
            {rotation && !isRunning ? t('system.goOn') : t('system.change')}
          </Button>
        )}
      </div>
      <p className="quiet system-text">{t('system.secretKeyText')}</p>
      <dl className="facts">
        <dt>{t('system.keyId')}</dt>
        <dd data-testid="secret-key-id">
          <Copyable text={id} />
        </dd>
        <dt>{t('system.kept')}</dt>
        <dd>{t(`system.keyPlaces.${from}`, { place: place ?? '' })}</dd>
        {rotation && <RotationFact rotation={rotation} operation={operation} isRunning={isRunning} />}
      </dl>
      {operation && <OperationCard key={operation.id} operation={operation} withTarget={false} inFull />}
      {changing && (
        <ChangeKeyDialog secretKey={secretKey} serverCount={serverCount} onClose={() => setChanging(false)} />
      )}
    </section>
  );
}

interface RotationFactProps {
  rotation: Rotation;
  operation: Operation | undefined;
  isRunning: boolean;
}

function RotationFact({ rotation, operation, isRunning }: RotationFactProps) {
  const { t } = useTexts();
  return (
    <>
      <dt>{t('system.changeUnderWay')}</dt>
      <dd className="flow" data-testid="secret-key-rotation">
        <Chip tone={isRunning ? 'busy' : 'warning'} moving={isRunning}>
          {t(`system.phases.${rotation.phase}`)}
        </Chip>
        {t(`system.phaseTexts.${rotation.phase}`, { to: rotation.to })}
        {operation && (
          <Link to="/operations" search={{ open: operation.id }}>
            {t('system.showOperation')}
          </Link>
        )}
      </dd>
    </>
  );
}
