import { App } from 'antd';
import { toErrorRecord } from '../api/problem.ts';
import type { Instance } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { RestartIcon, StartIcon, StopIcon } from '../ui/icons.tsx';
import { useActionDialog } from './action-dialog-context.tsx';
import { canDo, INSTANCE_ACTIONS, type InstanceAction, supports } from './instance-actions.ts';
import { actOnInstance } from './instance-api.ts';

export const ACTION_ICONS = { start: StartIcon, stop: StopIcon, restart: RestartIcon };

/** Starting does no harm and is done at once; what interrupts something is asked about first. */
export function useAct(): (action: InstanceAction, instance: Instance) => void {
  const { t, ...texts } = useTexts();
  const { message } = App.useApp();
  const ask = useActionDialog();
  return (action, instance) => {
    if (action !== 'start') return ask(action, [instance]);
    actOnInstance(instance.id, action, {}).then(
      () => message.success(t('instances.bulkSent', { count: 1 })),
      (thrown) => {
        const { message: what, hint } = texts.error(toErrorRecord(thrown));
        message.error(hint ? `${what} ${hint}` : what);
      },
    );
  };
}

/** The actions of a row: those that its host has, each enabled when the state allows it. */
export function ActionButtons({ instance }: { instance: Instance }) {
  const { t } = useTexts();
  const may = usePermission();
  const act = useAct();
  return (
    <span className="cell-actions">
      {INSTANCE_ACTIONS.filter((action) => supports(instance, action) && may(`instance:${action}`)).map((action) => (
        <IconButton
          key={action}
          label={`${t(`instances.${action}`)}: ${instance.name}`}
          icon={ACTION_ICONS[action]}
          disabled={!canDo(instance, action)}
          onClick={() => act(action, instance)}
          testId={`instance-${action}`}
        />
      ))}
    </span>
  );
}
