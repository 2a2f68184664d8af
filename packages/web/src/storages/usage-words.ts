import { formatBytes, formatNumber } from '../format/bytes.ts';
import { formatMoney } from '../format/money.ts';
import type { UsageChartData } from './usage-series.ts';

/** A value of a chart as text. */
export function usageText(
  value: number | null,
  unit: UsageChartData['unit'],
  locale: string,
  currency: string | null,
): string {
  if (value === null) return '–';
  if (unit === 'bytes') return formatBytes(value, locale);
  return unit === 'money' ? formatMoney(value, currency, locale) : formatNumber(value, locale);
}
