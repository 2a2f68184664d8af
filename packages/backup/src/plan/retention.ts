/** How many of each to keep. What is not said keeps none of its kind; with nothing said everything is kept. */
export interface RetentionPolicy {
  /** The latest so many. */
  last?: number | undefined;
  hourly?: number | undefined;
  daily?: number | undefined;
  weekly?: number | undefined;
  monthly?: number | undefined;
  yearly?: number | undefined;
  /** Everything of so many days before the latest backup: when backups stop, nothing is thinned out. */
  withinDays?: number | undefined;
}

export interface RetainedBackup {
  id: string;
  /** Milliseconds since 1970 UTC. */
  time: number;
  isComplete: boolean;
  isPinned: boolean;
}

export type RetentionReason =
  | 'pinned'
  | 'latest'
  | 'last'
  | 'hourly'
  | 'daily'
  | 'weekly'
  | 'monthly'
  | 'yearly'
  | 'within'
  | 'everything';

export interface RetentionVerdict {
  id: string;
  /** Empty: it goes. */
  reasons: readonly RetentionReason[];
}

type Period = 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly';
const PERIODS: readonly Period[] = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'];
const DAY_MS = 86_400_000;

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
}

/** Date and hour as a clock on the wall of that zone shows them. */
function partsReader(timeZone: string): (time: number) => Parts {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    ...{ hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric' },
  });
  return (time) => {
    const found = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    return { year: found.year ?? 0, month: found.month ?? 0, day: found.day ?? 0, hour: found.hour ?? 0 };
  };
}

/** The Monday of a day's week, as days since 1970: weeks do not end with the year. */
function weekOf({ year, month, day }: Parts): number {
  const days = Math.floor(Date.UTC(year, month - 1, day) / DAY_MS);
  // 1970 began on a Thursday.
  return days - ((((days + 3) % 7) + 7) % 7);
}

function periodKey(period: Period, parts: Parts): string {
  const { year, month, day, hour } = parts;
  switch (period) {
    case 'hourly':
      return `${year}-${month}-${day} ${hour}`;
    case 'daily':
      return `${year}-${month}-${day}`;
    case 'weekly':
      return String(weekOf(parts));
    case 'monthly':
      return `${year}-${month}`;
    case 'yearly':
      return String(year);
  }
}

/**
 * What is kept of the backups of one plan, and why. All of them are one group, whatever their sources were: a path that
 * was added or taken away leaves none behind. In each period the latest complete backup stands for it, and a partial one
 * only where there is no complete one. The latest complete backup, and the latest of all, are never let go.
 */
export function retain(
  backups: readonly RetainedBackup[],
  policy: RetentionPolicy,
  timeZone: string,
): RetentionVerdict[] {
  const newestFirst = [...backups].sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1));
  const reasons = new Map<string, RetentionReason[]>(newestFirst.map(({ id }) => [id, []]));
  const keep = (id: string | undefined, reason: RetentionReason): void => {
    if (id !== undefined) reasons.get(id)?.push(reason);
  };
  const isUnlimited = Object.values(policy).every((value) => value === undefined);
  const readParts = partsReader(timeZone);

  for (const { id, isPinned } of newestFirst) {
    if (isPinned) keep(id, 'pinned');
    if (isUnlimited) keep(id, 'everything');
  }
  const [newest] = newestFirst;
  const newestComplete = newestFirst.find(({ isComplete }) => isComplete);
  for (const id of new Set([newest?.id, newestComplete?.id])) keep(id, 'latest');
  for (const { id } of newestFirst.slice(0, policy.last ?? 0)) keep(id, 'last');
  if (policy.withinDays !== undefined && newest) {
    const since = newest.time - policy.withinDays * DAY_MS;
    for (const { id, time } of newestFirst) if (time >= since) keep(id, 'within');
  }
  for (const period of PERIODS) {
    const count = policy[period] ?? 0;
    if (count === 0) continue;
    const standing = new Map<string, RetainedBackup>();
    for (const backup of newestFirst) {
      const key = periodKey(period, readParts(backup.time));
      const before = standing.get(key);
      if (!before || (!before.isComplete && backup.isComplete)) standing.set(key, backup);
    }
    for (const { id } of [...standing.values()].slice(0, count)) keep(id, period);
  }
  return newestFirst.map(({ id }) => ({ id, reasons: reasons.get(id) ?? [] }));
}
