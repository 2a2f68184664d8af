import type { Instance } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Chip } from '../ui/chip.tsx';
import { toneOfState } from './instance-states.ts';

type Shown = Pick<Instance, 'state' | 'remoteState' | 'operation' | 'vanishedAt'>;

/** The state that the cloud confirmed and, beside it, what is being done right now. */
export function InstanceStateChip({ instance }: { instance: Shown }) {
  const { t, word } = useTexts();
  if (instance.vanishedAt !== null) {
    return (
      <Chip tone="idle" title={t('instances.vanished')}>
        {t('instances.vanishedShort')}
      </Chip>
    );
  }
  const tone = toneOfState(instance.state);
  const { operation } = instance;
  return (
    <span className="instance-state" data-state={instance.state}>
      <Chip tone={tone} moving={tone === 'busy'} title={instance.remoteState}>
        {word('instanceStates', instance.state)}
      </Chip>
      {operation && (
        <span className="instance-working" data-testid="instance-working">
          {operation.state === 'queued'
            ? t('instances.waitingTurn', { kind: word('operationKinds', operation.kind) })
            : t('instances.working', { kind: word('operationKinds', operation.kind) })}
        </span>
      )}
    </span>
  );
}
