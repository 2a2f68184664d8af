import { useSyncExternalStore } from 'react';
import { formatDuration } from '../format/duration.ts';
import { subscribeToTicks } from '../format/ticker.ts';
import { useTexts } from '../i18n/use-texts.tsx';

/** How long something took, or has been taking until now. */
export function Elapsed({ from, to }: { from: string | null; to: string | null }) {
  const { locale } = useTexts();
  const text = useSyncExternalStore(subscribeToTicks, () => elapsed(from, to, locale));
  return <span className="number">{text}</span>;
}

function elapsed(from: string | null, to: string | null, locale: string): string {
  if (from === null) return '–';
  const begun = Date.parse(from);
  if (to !== null) return formatDuration(Date.parse(to) - begun, locale);
  // Whole seconds while it runs: a text that changes faster cannot be read.
  return formatDuration(Math.max(0, Math.floor((Date.now() - begun) / 1000)) * 1000, locale);
}
