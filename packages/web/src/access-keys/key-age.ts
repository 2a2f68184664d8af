import type { AccessKey } from '../api/resources.ts';

const DAY = 86_400_000;
/** Keys are to be replaced after this many days. */
export const ROTATION_DAYS = 90;
export const EXPIRY_CHOICES = [30, 90, 365] as const;

/** Whether a key that still works is older than keys should get. */
export function isDue(key: Pick<AccessKey, 'createdAt' | 'state'>, now: number): boolean {
  return key.state === 'enabled' && now - Date.parse(key.createdAt) > ROTATION_DAYS * DAY;
}

export function expiryAfter(days: number | null, now: number): string | null {
  return days === null ? null : new Date(now + days * DAY).toISOString();
}
