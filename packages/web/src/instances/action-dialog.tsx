import { Alert, App, Checkbox, Modal } from 'antd';
import { useState } from 'react';
import type { Instance } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { setDrawerOpen } from '../operations/drawer-state.ts';
import { ErrorLine } from '../ui/error-notice.tsx';
import { SimulatedTag } from '../ui/simulated-tag.tsx';
import { testId } from '../ui/test-id.ts';
import { actOnMany, type Refusal } from './act-on-many.ts';
import { canForce, divide, type InstanceAction } from './instance-actions.ts';
import { actOnInstance } from './instance-api.ts';
import { InstanceStateChip } from './instance-state-chip.tsx';

interface ActionDialogProps {
  action: InstanceAction;
  instances: readonly Instance[];
  onClose: () => void;
  onDone?: () => void;
}

/** Says what will happen to which instances, asks for it, and shows what was refused. */
export function ActionDialog({ action, instances, onClose, onDone }: ActionDialogProps) {
  const { t } = useTexts();
  const { message } = App.useApp();
  // As it was when the dialog opened: a list that changes under the pointer is not a confirmation.
  const [{ able, unable }] = useState(() => divide(instances, action));
  const [force, setForce] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<readonly Refusal<Instance>[]>([]);
  const forcible = able.length > 0 && able.every((instance) => canForce(instance, action));
  const ended = refused.length > 0;

  const act = async () => {
    if (busy) return;
    setBusy(true);
    const { sent, refused } = await actOnMany(able, ({ id }) =>
      actOnInstance(id, action, force ? { force: true } : {}),
    );
    setBusy(false);
    if (sent.length > 1) setDrawerOpen(true);
    if (sent.length > 0) {
      message.success(t('instances.bulkSent', { count: sent.length }));
      onDone?.();
    }
    if (refused.length === 0) onClose();
    else setRefused(refused);
  };

  return (
    <Modal
      open
      title={useTitle(action, able)}
      okText={t(`instances.${action}`)}
      okButtonProps={{ danger: action !== 'start', disabled: able.length === 0, ...testId('action-ok') }}
      confirmLoading={busy}
      footer={ended ? null : undefined}
      onOk={act}
      onCancel={onClose}
    >
      <div className="stack" data-testid="action-dialog">
        {ended ? (
          <>
            <p>{t('instances.bulkRefused', { count: refused.length })}</p>
            <ul className="action-names">
              {refused.map(({ item, error }) => (
                <li key={item.id}>
                  <strong>{item.name}</strong> <ErrorLine error={error} />
                </li>
              ))}
            </ul>
          </>
        ) : (
          <>
            {action === 'stop' && able.length > 0 && <p>{t('instances.stopText')}</p>}
            {action === 'restart' && able.length > 0 && <p>{t('instances.restartText')}</p>}
            {able.length === 0 ? (
              <Alert type="warning" showIcon title={t('instances.bulkNone')} />
            ) : (
              <Names instances={able} />
            )}
            {unable.length > 0 && able.length > 0 && (
              <>
                <p className="quiet">{t('instances.bulkSkipped', { count: unable.length })}</p>
                <Names instances={unable} />
              </>
            )}
            {forcible && (
              <div>
                <Checkbox
                  checked={force}
                  onChange={(event) => setForce(event.target.checked)}
                  data-testid="action-force"
                >
                  {t('instances.force')}
                </Checkbox>
                <p className="field-help">{t('instances.forceHelp')}</p>
              </div>
            )}
          </>
        )}
      </div>
    </Modal>
  );
}

function useTitle(action: InstanceAction, able: readonly Instance[]): string {
  const { t } = useTexts();
  const count = able.length;
  const [first] = able;
  if (count === 1 && first && action === 'stop') return t('instances.stopTitle', { name: first.name });
  if (count === 1 && first && action === 'restart') return t('instances.restartTitle', { name: first.name });
  if (action === 'start') return t('instances.bulkStartTitle', { count });
  return action === 'stop' ? t('instances.bulkStopTitle', { count }) : t('instances.bulkRestartTitle', { count });
}

function Names({ instances }: { instances: readonly Instance[] }) {
  return (
    <ul className="action-names">
      {instances.map((instance) => (
        <li key={instance.id} className="flow">
          <strong>{instance.name || instance.remoteId}</strong>
          <span className="quiet">{instance.hostName}</span>
          {instance.hostSimulated && <SimulatedTag />}
          <InstanceStateChip instance={instance} />
        </li>
      ))}
    </ul>
  );
}
