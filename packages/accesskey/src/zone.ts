const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Java's limit for an offset from UTC. */
const LARGEST_OFFSET = 18 * HOUR;

/**
 * Hours from UTC that an abbreviation means somewhere. Go's SDK sends the local one (`CST` in China is +8), Java reads
 * `CST` as America/Chicago with its summer time: so all readings are kept.
 */
const ABBREVIATIONS: Readonly<Record<string, readonly number[]>> = {
  Z: [0],
  UTC: [0],
  GMT: [0],
  UT: [0],
  UCT: [0],
  CST: [8, -6, -5],
  CDT: [-5, -4, 9],
  EST: [-5, -4, 10],
  EDT: [-4, 11],
  MST: [-7, -6, 8, 6.5],
  MDT: [-6],
  PST: [-8, -7, 8],
  PDT: [-7],
  AST: [-4, -3, 3],
  ADT: [-3, 4],
  NST: [-3.5, -2.5],
  NDT: [-2.5],
  AKST: [-9],
  AKDT: [-8],
  HST: [-10],
  HDT: [-9],
  IST: [5.5, 2, 1, 3],
  IDT: [3],
  BST: [1, 6, 11],
  WET: [0, 1],
  WEST: [1],
  CET: [1, 2],
  CEST: [2],
  EET: [2, 3],
  EEST: [3],
  MET: [1, 2],
  MSK: [3],
  TRT: [3],
  GST: [4, -2],
  PKT: [5],
  NPT: [5.75],
  MMT: [6.5],
  ICT: [7],
  WIB: [7],
  WITA: [8],
  WIT: [9],
  HKT: [8],
  SGT: [8],
  PHT: [8],
  MYT: [8],
  AWST: [8],
  JST: [9],
  KST: [9],
  ACST: [9.5],
  ACDT: [10.5],
  AEST: [10],
  AEDT: [11],
  NZST: [12],
  NZDT: [13],
  BRT: [-3],
  ART: [-3],
  CLT: [-4, -3],
  SAST: [2],
  CAT: [2],
  EAT: [3],
  WAT: [1],
};

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zoneId: string): Intl.DateTimeFormat | null {
  const known = formatters.get(zoneId);
  if (known) return known;
  try {
    const formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zoneId,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    // The name comes from a stranger: spellings that differ in case only must not fill the memory.
    if (formatters.size >= 64) formatters.clear();
    formatters.set(zoneId, formatter);
    return formatter;
  } catch {
    return null;
  }
}

/** What a clock on the wall of `zoneId` shows at `instant`, as if it were UTC; null for an unknown zone. */
export function wallClock(zoneId: string, instant: number): number | null {
  const formatter = formatterOf(zoneId);
  if (!formatter) return null;
  const parts = Object.fromEntries(formatter.formatToParts(instant).map((part) => [part.type, part.value]));
  const number = (name: string): number => Number(parts[name]);
  return Date.UTC(
    number('year'),
    number('month') - 1,
    number('day'),
    number('hour'),
    number('minute'),
    number('second'),
  );
}

function offsetsOfZoneId(zoneId: string, wall: number): readonly number[] {
  const candidates = new Set<number>();
  for (const around of [wall - 24 * HOUR, wall, wall + 24 * HOUR]) {
    const shown = wallClock(zoneId, around);
    if (shown === null) return [];
    candidates.add(shown - around);
  }
  // In the hour that is shown twice both readings hold; in the hour that is left out none does, and all are kept.
  const exact = [...candidates].filter((offset) => wallClock(zoneId, wall - offset) === wall);
  return exact.length > 0 ? exact : [...candidates];
}

/**
 * All offsets from UTC, in milliseconds, that the zone text of a `Date` header can mean at the given wall-clock time;
 * none when it is not a zone. Takes what Java's pattern letter `z` takes (zone ids, `PRC`, `UTC`, `GMT`, `Z`, `+08:00`,
 * `GMT+08:00`, abbreviations) and Go's `+03`; refuses like it `+0800`, `GMT+8` and `UTC+8`.
 */
export function zoneOffsets(zone: string, wall: number): readonly number[] {
  const numeric = /^(?:(?:GMT|UTC|UT)(?=[+-]\d\d:))?([+-])(\d\d)(?::([0-5]\d))?$/.exec(zone);
  if (numeric) {
    const size = Number(numeric[2]) * HOUR + Number(numeric[3] ?? 0) * MINUTE;
    return size <= LARGEST_OFFSET ? [numeric[1] === '-' ? -size : size] : [];
  }
  const hours = Object.hasOwn(ABBREVIATIONS, zone.toUpperCase()) ? ABBREVIATIONS[zone.toUpperCase()] : undefined;
  if (hours) return hours.map((each) => each * HOUR);
  // Intl would take `+0800` and odd texts besides; a zone id begins with a letter and is at most this long.
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{1,63}$/.test(zone) || /^(?:GMT|UTC|UT)[+-]/i.test(zone)) return [];
  return offsetsOfZoneId(zone, wall);
}
