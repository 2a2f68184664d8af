/** One line of the table: what was measured, against a peer or a limit of the same run. */
export interface Measurement {
  what: string;
  /** Median of the runs, with its unit. */
  measured: string;
  /** The peer or limit, with its unit. */
  against: string;
  /** Measured divided by the peer or limit. */
  ratio: number;
  /** The ratio may be at most, or must be at least, this. */
  atMost?: number;
  atLeast?: number;
  /** Smallest and largest of the runs, as ratio. */
  spread?: readonly [number, number];
}

/** A question that a file in bench/ answers. */
export interface Bench {
  question: string;
  run: () => Promise<Measurement[]>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Several measured values against a limit. */
export function againstLimit(what: string, values: readonly number[], limit: number, unit: string): Measurement {
  const ratios = values.map((value) => value / limit);
  return {
    what,
    measured: `${round(median(values))} ${unit}`,
    against: `at most ${limit} ${unit}`,
    ratio: median(ratios),
    atMost: 1,
    spread: [Math.min(...ratios), Math.max(...ratios)],
  };
}

export function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
