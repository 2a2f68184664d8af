import type { Backup } from '../api/backup-resources.ts';
import { shellQuote } from './shell-quote.ts';
import { signedCall } from './signed-call.ts';

/** What the page of a backup shows, as commands. */
export function backupCommands(backup: Pick<Backup, 'id'>, path: string, origin: string): { cli: string; api: string } {
  return {
    cli: [
      `sampan backup files ${backup.id}${path === '/' ? '' : ` --below ${shellQuote(path)}`}`,
      `sampan restore run ${backup.id} --target /srv/restored`,
    ].join('\n'),
    api: signedCall(origin, {
      method: 'GET',
      path: `/api/v1/backups/${backup.id}/files`,
      query: `?${new URLSearchParams({ path })}`,
    }),
  };
}
