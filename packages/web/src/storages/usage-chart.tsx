import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import { useTexts } from '../i18n/use-texts.tsx';
import { useTheme } from '../theme/theme-mode.ts';
import { stacked, type UsageChartData } from './usage-series.ts';
import { usageText } from './usage-words.ts';
import 'uplot/dist/uPlot.min.css';

const HEIGHT = 150;
const HALF_DAY = 43_200;
const COLOURS = ['--busy', '--good', '--warning', '--simulated'] as const;

interface UsageChartProps {
  data: UsageChartData;
  /** Seconds since 1970 UTC, one for each day. */
  times: number[];
  currency: string | null;
}

/** One chart over the days; its legend tells the day under the pointer, or the totals. */
export function UsageChart({ data, times, currency }: UsageChartProps) {
  const { t, locale } = useTexts();
  const theme = useTheme();
  const place = useRef<HTMLDivElement>(null);
  const [day, setDay] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours, which are read anew
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const plot = new uPlot(options({ data, locale, currency, element, onDay: setDay }), plotData(data, times), element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [data, times, locale, currency, theme]);
  const time = day === null ? undefined : times[day];
  return (
    <figure className="card usage-chart" data-testid={`usage-${data.chart}`}>
      <figcaption>
        <h3>{t(TITLES[data.chart])}</h3>
        <span className="quiet number">{time === undefined ? '' : dayText(time, locale)}</span>
      </figcaption>
      <div className="usage-legend">
        {data.series.map(({ name, values, total }, at) => (
          <span key={name}>
            <i style={{ background: `var(${COLOURS[at]})` }} />
            {t(`storages.${name}`)}{' '}
            <b className="number">
              {usageText(day === null ? total : (values[day] ?? null), data.unit, locale, currency)}
            </b>
          </span>
        ))}
      </div>
      <div ref={place} className="usage-plot" aria-hidden="true" style={{ height: HEIGHT }} />
    </figure>
  );
}

const SMALLEST_TOP = { bytes: 4096, number: 4, money: 0.01 } as const;
const EXPONENTS = Array.from({ length: 16 }, (_, at) => at);

/** Steps between the lines of a chart: round numbers of the unit, and no halves of what comes in ones. */
const INCREMENTS = {
  bytes: EXPONENTS.slice(0, 6).flatMap((exponent) =>
    [1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((n) => n * 1024 ** exponent),
  ),
  number: EXPONENTS.flatMap((exponent) => [1, 2, 5].map((n) => n * 10 ** exponent)),
  money: EXPONENTS.flatMap((exponent) => [1, 2, 5].map((n) => n * 10 ** (exponent - 5))),
};

const TITLES = {
  space: 'storages.chartSpace',
  objects: 'storages.chartObjects',
  requests: 'storages.chartRequests',
  bytes: 'storages.chartBytes',
  cost: 'storages.chartCost',
} as const;

function dayText(time: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(time * 1000);
}

/** The tallest of what is stacked is drawn first, so that the others stand before it. */
function plotData({ shape, series }: UsageChartData, times: number[]): uPlot.AlignedData {
  if (shape === 'line') return [times, ...series.map(({ values }) => values)];
  return [times, ...stacked(series).toReversed()];
}

interface PlotWish {
  data: UsageChartData;
  locale: string;
  currency: string | null;
  element: HTMLElement;
  onDay: (day: number | null) => void;
}

function options({ data, locale, currency, element, onDay }: PlotWish): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--text-tertiary'),
    font: '11px system-ui',
    grid: { stroke: colour('--border'), width: 1 },
    ticks: { show: false },
  };
  const bars = uPlot.paths.bars?.({ size: [0.7, 28] });
  const drawn = data.series.map((_, at) => colour(COLOURS[at] ?? '--busy'));
  if (data.shape === 'bars') drawn.reverse();
  return {
    width: element.clientWidth,
    height: HEIGHT,
    tzDate: (time) => uPlot.tzDate(new Date(time * 1000), 'Etc/UTC'),
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    padding: [10, 14, 0, 0],
    scales: {
      // The bar of a day is as wide as the day, also the first and the last.
      x: { range: (_, min, max) => [min - HALF_DAY, max + HALF_DAY] },
      y: { range: (_, __, max) => [0, Math.max(max * 1.08, SMALLEST_TOP[data.unit])] },
    },
    axes: [
      { ...axis, size: 28, space: 60, values: (_, splits) => splits.map((time) => dayText(time, locale)) },
      {
        ...axis,
        size: 70,
        space: 30,
        incrs: INCREMENTS[data.unit],
        values: (_, splits) => splits.map((value) => usageText(value, data.unit, locale, currency)),
      },
    ],
    series: [
      {},
      ...drawn.map((stroke) => ({
        stroke,
        width: data.shape === 'bars' ? 0 : 2,
        ...(data.shape === 'bars' && bars ? { paths: bars, fill: stroke } : { fill: `${stroke}22` }),
        points: { show: data.shape === 'line', size: 4, fill: stroke },
      })),
    ],
    hooks: { setCursor: [(plot) => onDay(plot.cursor.idx ?? null)] },
  };
}
