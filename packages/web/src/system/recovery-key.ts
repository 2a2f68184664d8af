import type { RecoveryKey } from '../api/system-resources.ts';

export type RecoveryKeyState = 'none' | 'unchecked' | 'checked';

/** Only one that somebody fetched and checked is known to be kept. */
export function recoveryKeyState(recoveryKey: Pick<RecoveryKey, 'checkedAt'> | null): RecoveryKeyState {
  if (recoveryKey === null) return 'none';
  return recoveryKey.checkedAt === null ? 'unchecked' : 'checked';
}

const PREFIX = 'AGE-SECRET-KEY-1';
const GROUP = 6;

/** A recovery key in pieces that can be compared and typed: the prefix that all have, then six letters each. */
export function keyGroups(key: string): string[] {
  const start = key.startsWith(PREFIX) ? PREFIX.length : 0;
  const groups = start > 0 ? [PREFIX] : [];
  for (let at = start; at < key.length; at += GROUP) groups.push(key.slice(at, at + GROUP));
  return groups;
}
