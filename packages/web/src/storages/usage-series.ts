import type { RequestClass, StorageDay, StorageUsage } from '../api/resources.ts';

/** In the order in which they are stacked, from below. */
export const REQUEST_CLASSES: readonly RequestClass[] = ['write', 'read', 'list', 'delete'];

export type SeriesName = RequestClass | 'space' | 'objects' | 'sent' | 'received' | 'cost';

export interface Series {
  name: SeriesName;
  /** One for each day; null where nothing is known. */
  values: (number | null)[];
  total: number | null;
}

export interface UsageChartData {
  chart: 'space' | 'objects' | 'requests' | 'bytes' | 'cost';
  /** How values are written. */
  unit: 'bytes' | 'number' | 'money';
  /** Levels are lines; what happened within a day is bars, one class upon the other. */
  shape: 'line' | 'bars';
  series: Series[];
}

/** The charts of a storage; without prices there is none of costs. */
export function usageCharts({ items, totals, prices }: StorageUsage): UsageChartData[] {
  const of = (name: SeriesName, total: number | null, value: (day: StorageDay) => number | null): Series => ({
    name,
    total,
    values: items.map(value),
  });
  const last = items.at(-1);
  return [
    {
      chart: 'space',
      unit: 'bytes',
      shape: 'line',
      series: [of('space', last?.bytes ?? null, (day) => day.bytes)],
    },
    {
      chart: 'objects',
      unit: 'number',
      shape: 'line',
      series: [of('objects', last?.objects ?? null, (day) => day.objects)],
    },
    {
      chart: 'requests',
      unit: 'number',
      shape: 'bars',
      series: REQUEST_CLASSES.map((name) => of(name, totals.requests[name], (day) => day.requests[name])),
    },
    {
      chart: 'bytes',
      unit: 'bytes',
      shape: 'bars',
      series: [
        of('sent', totals.bytesSent, (day) => day.bytesSent),
        of('received', totals.bytesReceived, (day) => day.bytesReceived),
      ],
    },
    ...(prices === null
      ? []
      : [
          {
            chart: 'cost' as const,
            unit: 'money' as const,
            shape: 'bars' as const,
            series: [of('cost', totals.cost, (day) => day.cost)],
          },
        ]),
  ];
}

/**
 * The heights at which stacked values are drawn: each on top of those before it. Drawn from the last, which is the tallest,
 * to the first.
 */
export function stacked(series: readonly Series[]): (number | null)[][] {
  const heights: number[] = [];
  return series.map(({ values }) =>
    values.map((value, at) => {
      heights[at] = (heights[at] ?? 0) + (value ?? 0);
      return heights[at] ?? 0;
    }),
  );
}

/** Beginnings of the days in seconds since 1970 UTC, which is what uPlot takes. */
export function dayTimes(items: readonly Pick<StorageDay, 'day'>[]): number[] {
  return items.map(({ day }) => Date.parse(`${day}T00:00:00Z`) / 1000);
}
