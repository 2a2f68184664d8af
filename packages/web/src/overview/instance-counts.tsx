import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { formatNumber } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { instanceCountQuery } from '../instances/instance-api.ts';

type CountValue = { value: number; exact: boolean } | undefined;

/** How many instances there are, and in which state; each number leads to its list. */
export function InstanceCounts({ total }: { total: CountValue }) {
  const { t } = useTexts();
  const running = useQuery(instanceCountQuery({ state: ['running'] }));
  const stopped = useQuery(instanceCountQuery({ state: ['stopped'] }));
  const failed = useQuery(instanceCountQuery({ state: ['failed'] }));
  return (
    <section className="counts" aria-label={t('overview.instancesTitle')}>
      <Count label={`${t('overview.instancesTitle')} · ${t('overview.total')}`} count={total} state={null} />
      <Count label={t('overview.running')} count={running.data} state="running" />
      <Count label={t('overview.stopped')} count={stopped.data} state="stopped" />
      <Count label={t('overview.failedState')} count={failed.data} state="failed" />
    </section>
  );
}

function Count({ label, count, state }: { label: string; count: CountValue; state: string | null }) {
  const { locale } = useTexts();
  return (
    <Link to="/instances" search={state ? { state: [state] } : {}} className={`card count count-${state ?? 'all'}`}>
      <span className="count-number number">
        {count ? `${formatNumber(count.value, locale)}${count.exact ? '' : '+'}` : ' '}
      </span>
      <span className="quiet">{label}</span>
    </Link>
  );
}
