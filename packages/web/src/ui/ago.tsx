import { useSyncExternalStore } from 'react';
import { formatAge } from '../format/age.ts';
import { formatExactTime } from '../format/date.ts';
import { subscribeToTicks } from '../format/ticker.ts';
import { useTexts } from '../i18n/use-texts.tsx';

/** How long ago something was, live; the exact time is the tool tip. Draws again only when its text changes. */
export function Ago(props: { time: string | null; otherwise?: string }) {
  const { locale, t } = useTexts();
  const { time } = props;
  const text = useSyncExternalStore(subscribeToTicks, () =>
    time === null ? null : formatAge(time, Date.now(), locale),
  );
  if (time === null) return <span className="quiet">{props.otherwise ?? t('common.never')}</span>;
  return (
    <time dateTime={time} title={formatExactTime(time, locale)}>
      {text}
    </time>
  );
}
