import type { Freshness, Plan } from '../api/backup-resources.ts';
import { formatExactTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Chip, type Tone } from '../ui/chip.tsx';

const TONES: Readonly<Record<Freshness, Tone>> = {
  green: 'good',
  amber: 'warning',
  red: 'bad',
  none: 'idle',
  paused: 'idle',
};

/** Whether the last backup is young enough, in a word and a colour. */
export function FreshnessChip({ plan }: { plan: Pick<Plan, 'freshness' | 'overdueAt'> }) {
  const { t, word, locale } = useTexts();
  const { freshness, overdueAt } = plan;
  const title = overdueAt ? t('plans.dueUntil', { time: formatExactTime(overdueAt, locale) }) : undefined;
  return (
    <span data-state={freshness}>
      <Chip tone={TONES[freshness] ?? 'idle'} {...(title && { title })}>
        {word('freshness', freshness)}
      </Chip>
    </span>
  );
}
