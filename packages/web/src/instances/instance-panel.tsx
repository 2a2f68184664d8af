import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useEffect } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { Instance } from '../api/resources.ts';
import { instanceCommands } from '../commands/instance-commands.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { Equivalent } from '../ui/equivalent.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { CloseIcon } from '../ui/icons.tsx';
import { SimulatedTag } from '../ui/simulated-tag.tsx';
import { ACTION_ICONS, useAct } from './action-buttons.tsx';
import { canDo, INSTANCE_ACTIONS, supports } from './instance-actions.ts';
import { instanceQuery } from './instance-api.ts';
import { InstanceFacts } from './instance-facts.tsx';
import { InstanceHistory } from './instance-history.tsx';
import { InstanceStateChip } from './instance-state-chip.tsx';

/** Everything about one instance, beside the list. Escape closes it. */
export function InstancePanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTexts();
  const instance = useQuery(instanceQuery(id));
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      // A dialog or a menu above the panel takes Escape for itself.
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      if (document.querySelector('[role="dialog"][aria-modal="true"]')) return;
      onClose();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [onClose]);
  return (
    <aside
      className="instance-panel"
      aria-label={t('instances.panelLabel', { name: instance.data?.name ?? '' })}
      data-testid="instance-panel"
    >
      <div className="instance-panel-head">
        <h2>{instance.data?.name ?? t('common.loading')}</h2>
        <IconButton label={t('common.close')} icon={CloseIcon} onClick={onClose} testId="instance-panel-close" />
      </div>
      {instance.error && <ErrorNotice error={toErrorRecord(instance.error)} onRetry={() => instance.refetch()} />}
      {instance.data && <PanelContent instance={instance.data} />}
    </aside>
  );
}

function PanelContent({ instance }: { instance: Instance }) {
  const { t } = useTexts();
  const may = usePermission();
  const act = useAct();
  const { cli, api } = instanceCommands(instance, location.origin);
  return (
    <div className="stack">
      <div className="flow">
        <InstanceStateChip instance={instance} />
        {instance.hostSimulated && <SimulatedTag />}
      </div>
      {instance.vanishedAt && <Alert type="warning" showIcon title={t('instances.vanished')} />}
      {instance.lockReason && (
        <Alert type="warning" showIcon title={t('instances.locked', { reason: instance.lockReason })} />
      )}
      <div className="flow">
        {INSTANCE_ACTIONS.filter((action) => supports(instance, action) && may(`instance:${action}`)).map((action) => {
          const Icon = ACTION_ICONS[action];
          return (
            <Button
              key={action}
              icon={<Icon />}
              disabled={!canDo(instance, action)}
              onClick={() => act(action, instance)}
              data-testid={`panel-${action}`}
            >
              {t(`instances.${action}`)}
            </Button>
          );
        })}
      </div>
      <InstanceFacts instance={instance} />
      <InstanceHistory instanceId={instance.id} />
      <Equivalent cli={cli} api={api} />
    </div>
  );
}
