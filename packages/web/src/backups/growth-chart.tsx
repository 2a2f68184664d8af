import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import { formatBytes } from '../format/bytes.ts';
import { formatDateTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { useTheme } from '../theme/theme-mode.ts';
import '../storages/storages.css';
import 'uplot/dist/uPlot.min.css';

const HEIGHT = 220;
const DAY = 86_400;
/** Steps between the lines: round numbers of bytes. */
const INCREMENTS = [0, 1, 2, 3, 4, 5].flatMap((exponent) =>
  [1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((n) => n * 1024 ** exponent),
);

interface GrowthChartProps {
  title: string;
  /** Seconds since 1970 UTC, oldest first. */
  times: number[];
  /** Bytes. */
  values: number[];
  shape: 'line' | 'bars';
}

/** A number of bytes of each backup; the head tells the backup under the pointer, or the last. */
export function GrowthChart({ title, times, values, shape }: GrowthChartProps) {
  const { locale } = useTexts();
  const theme = useTheme();
  const place = useRef<HTMLDivElement>(null);
  const [under, setUnder] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours, which are read anew
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const plot = new uPlot(options(element, times, shape, locale, setUnder), [times, values], element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [times, values, shape, locale, theme]);
  const at = under ?? times.length - 1;
  const time = times[at];
  return (
    <figure className="card usage-chart">
      <figcaption>
        <h3>{title}</h3>
        <span className="number">
          {time !== undefined && (
            <>
              <span className="quiet">{formatDateTime(time * 1000, locale)}</span>{' '}
              <b>{formatBytes(values[at] ?? 0, locale)}</b>
            </>
          )}
        </span>
      </figcaption>
      <div ref={place} className="usage-plot" aria-hidden="true" style={{ height: HEIGHT }} />
    </figure>
  );
}

function options(
  element: HTMLElement,
  times: readonly number[],
  shape: 'line' | 'bars',
  locale: string,
  onPoint: (at: number | null) => void,
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--text-tertiary'),
    font: '11px system-ui',
    grid: { stroke: colour('--border'), width: 1 },
    ticks: { show: false },
  };
  const stroke = colour(shape === 'line' ? '--busy' : '--good');
  const bars = uPlot.paths.bars?.({ size: [0.7, 24] });
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    padding: [10, 14, 0, 0],
    scales: {
      // A backup alone, or several of one hour, need room around them.
      x: {
        range: () => {
          const [first = 0, last = first] = [times[0], times.at(-1)];
          const margin = Math.max((last - first) * 0.04, last - first < DAY ? 1800 : 0);
          return [first - margin, last + margin];
        },
      },
      y: { range: (_, __, max) => [0, Math.max(max * 1.08, 4096)] },
    },
    axes: [
      { ...axis, size: 28, space: 110, values: (_, splits) => splits.map((time) => tick(time, splits, locale)) },
      {
        ...axis,
        size: 70,
        space: 30,
        incrs: INCREMENTS,
        values: (_, splits) => splits.map((value) => formatBytes(value, locale)),
      },
    ],
    series: [
      {},
      {
        stroke,
        width: shape === 'bars' ? 0 : 2,
        ...(shape === 'bars' && bars ? { paths: bars, fill: stroke } : { fill: `${stroke}22` }),
        points: { show: shape === 'line', size: 5, fill: stroke },
      },
    ],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
  };
}

/** Times of the day where all that is shown is within few days; days otherwise. */
function tick(time: number, splits: readonly number[], locale: string): string {
  const step = (splits[1] ?? 0) - (splits[0] ?? 0);
  const hours = { hour: '2-digit', minute: '2-digit', hour12: false } as const;
  const form = { month: 'short', day: 'numeric', ...(step < DAY && hours) } as const;
  return new Intl.DateTimeFormat(locale, form).format(time * 1000);
}
