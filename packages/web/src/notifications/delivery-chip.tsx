import type { Channel, DeliveryState, NoticeSeverity } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Chip, type Tone } from '../ui/chip.tsx';

const TONES: Readonly<Record<DeliveryState, Tone>> = {
  queued: 'busy',
  waiting: 'idle',
  sent: 'good',
  failed: 'bad',
  suppressed: 'idle',
};

const SEVERITY_TONES: Readonly<Record<NoticeSeverity, Tone>> = { info: 'good', warning: 'warning', error: 'bad' };

export function DeliveryChip({ state }: { state: DeliveryState }) {
  const { word } = useTexts();
  return (
    <span data-state={state}>
      <Chip tone={TONES[state] ?? 'idle'}>{word('deliveryStates', state)}</Chip>
    </span>
  );
}

export function SeverityChip({ severity }: { severity: NoticeSeverity }) {
  const { word } = useTexts();
  return <Chip tone={SEVERITY_TONES[severity] ?? 'idle'}>{word('severities', severity)}</Chip>;
}

/** How the last message went; what is switched off or new has no state to speak of. */
export function ChannelStateChip({ channel }: { channel: Channel }) {
  const { t } = useTexts();
  const state = !channel.enabled ? 'off' : (channel.lastDelivery?.state ?? 'new');
  const tones = { off: 'idle', new: 'idle', sent: 'good', failed: 'bad' } as const;
  const words = {
    off: t('notifications.off'),
    new: t('notifications.nothingSent'),
    sent: t('notifications.arrives'),
    failed: t('notifications.doesNotArrive'),
  };
  return (
    <span data-state={state}>
      <Chip tone={tones[state]}>{words[state]}</Chip>
    </span>
  );
}
