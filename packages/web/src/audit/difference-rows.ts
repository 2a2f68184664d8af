export interface DifferenceRow {
  field: string;
  /** Null where the difference does not tell the value before from the value after. */
  before: string | null;
  after: string;
}

/**
 * A recorded difference as rows: `{ name: { before: 'a', after: 'b' } }` as before and after (`from`/`to`, `old`/`new`
 * and pairs read the same), anything else as it is.
 */
export function differenceRows(difference: Readonly<Record<string, unknown>>): DifferenceRow[] {
  return Object.entries(difference).map(([field, value]) => {
    const pair = pairOf(value);
    return pair
      ? { field, before: shown(pair[0]), after: shown(pair[1]) }
      : { field, before: null, after: shown(value) };
  });
}

function pairOf(value: unknown): readonly [unknown, unknown] | null {
  if (Array.isArray(value)) return value.length === 2 ? [value[0], value[1]] : null;
  if (typeof value !== 'object' || value === null) return null;
  const record = value as Record<string, unknown>;
  for (const [first, second] of [
    ['before', 'after'],
    ['from', 'to'],
    ['old', 'new'],
  ] as const) {
    const known = Object.keys(record).every((key) => key === first || key === second);
    if (known && (first in record || second in record)) return [record[first], record[second]];
  }
  return null;
}

function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return '–';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
