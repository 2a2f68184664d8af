import { formatClock } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { useConnectionState } from '../live/connection-state.ts';

/** Says that what is shown no longer follows the server. */
export function ConnectionBanner() {
  const { t, locale } = useTexts();
  const state = useConnectionState();
  return (
    <div role="status" className="connection-banner-place">
      {state.kind === 'lost' && (
        <div className="connection-banner" data-testid="connection-banner">
          {t('nav.connectionLost', { time: formatClock(state.since, locale) })}
        </div>
      )}
    </div>
  );
}
