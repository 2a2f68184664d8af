import { useSyncExternalStore } from 'react';
import { formatDuration } from '../format/duration.ts';
import { subscribeToTicks } from '../format/ticker.ts';
import { useTexts } from '../i18n/use-texts.tsx';

/** How long a locked account must still wait. */
export function LockCountdown({ until }: { until: number }) {
  const { t, locale } = useTexts();
  const seconds = useSyncExternalStore(subscribeToTicks, () => Math.max(0, Math.ceil((until - Date.now()) / 1000)));
  if (seconds === 0) return null;
  return <p className="number">{t('session.lockedFor', { time: formatDuration(seconds * 1000, locale) })}</p>;
}
