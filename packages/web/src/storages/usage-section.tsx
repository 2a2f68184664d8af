import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { Storage, StorageUsage } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { storageUsageQuery } from './storage-api.ts';
import { UsageChart } from './usage-chart.tsx';
import { dayTimes, REQUEST_CLASSES, usageCharts } from './usage-series.ts';
import { usageText } from './usage-words.ts';

/** Space, requests, bytes and cost over the last days: as charts, and as numbers for those who read them. */
export function UsageSection({ storage }: { storage: Storage }) {
  const { t } = useTexts();
  const usage = useQuery(storageUsageQuery(storage.id));
  const data = usage.data;
  const charts = useMemo(() => data && usageCharts(data), [data]);
  const times = useMemo(() => data && dayTimes(data.items), [data]);
  const currency = data?.prices?.currency ?? null;
  return (
    <section className="stack" aria-labelledby="storage-usage">
      <h2 id="storage-usage">{t('storages.usage')}</h2>
      {usage.error && <ErrorNotice error={toErrorRecord(usage.error)} onRetry={() => usage.refetch()} />}
      <div className="usage-charts" aria-busy={!data}>
        {charts && times
          ? charts.map((chart) => <UsageChart key={chart.chart} data={chart} times={times} currency={currency} />)
          : [1, 2, 3, 4].map((at) => <div key={at} className="card usage-chart usage-chart-placeholder" />)}
      </div>
      {data && <UsageNumbers usage={data} currency={currency} />}
    </section>
  );
}

function UsageNumbers({ usage, currency }: { usage: StorageUsage; currency: string | null }) {
  const { t, locale } = useTexts();
  const text = (value: number | null, unit: 'bytes' | 'number' | 'money') => usageText(value, unit, locale, currency);
  const rows = [...usage.items].reverse();
  return (
    <details className="equivalent" data-testid="usage-numbers">
      <summary>{t('storages.usageByDay')}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <section className="usage-numbers" tabIndex={0} aria-label={t('storages.usageByDay')}>
        <table className="small-table">
          <thead>
            <tr>
              <th>{t('storages.day')}</th>
              <th className="cell-end">{t('storages.space')}</th>
              <th className="cell-end">{t('storages.objects')}</th>
              {REQUEST_CLASSES.map((name) => (
                <th key={name} className="cell-end">
                  {t(`storages.${name}`)}
                </th>
              ))}
              <th className="cell-end">{t('storages.failed')}</th>
              <th className="cell-end">{t('storages.sent')}</th>
              <th className="cell-end">{t('storages.received')}</th>
              <th className="cell-end">{t('storages.cost')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.day}>
                <td className="number">{row.day}</td>
                <td className="number cell-end">{text(row.bytes, 'bytes')}</td>
                <td className="number cell-end">{text(row.objects, 'number')}</td>
                {REQUEST_CLASSES.map((name) => (
                  <td key={name} className="number cell-end">
                    {text(row.requests[name], 'number')}
                  </td>
                ))}
                <td className="number cell-end">{text(row.requests.failed, 'number')}</td>
                <td className="number cell-end">{text(row.bytesSent, 'bytes')}</td>
                <td className="number cell-end">{text(row.bytesReceived, 'bytes')}</td>
                <td className="number cell-end">{text(row.cost, 'money')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
