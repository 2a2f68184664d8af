import type { Backup } from '../api/backup-resources.ts';
import { formatDateTime } from '../format/date.ts';

/** What a person calls a backup: its title, if it has one, and when it was made. */
export function backupName({ title, time }: Pick<Backup, 'title' | 'time'>, locale: string): string {
  const made = formatDateTime(time, locale);
  return title === '' ? made : `${title} (${made})`;
}
