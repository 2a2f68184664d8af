import type { RepositoryAccess, Snapshot } from '@sampan/backup';
import { CommandError, EXIT } from '../exit.ts';
import { bySnapshot } from './find.ts';

export const collect = (value: string, before: string[] = []): string[] => [...before, value];

export const PLACE = 'a folder, or an address such as qingstor://BUCKET/folder?zone=sh1a';
export const AFTER = `
With a server, a backup is meant by its id, the first characters of its snapshot, or as PLAN:latest.
With --storage they work without a server: ${PLACE}, with keys from the
environment as for \`sampan object\`. The password of the repository comes from SAMPAN_REPOSITORY_PASSWORD.`;
export const WITHOUT_SERVER = `without a server: ${PLACE}`;

/** Backups are meant by the first characters of their id, or as `latest`. */
export async function findSnapshot(
  access: RepositoryAccess,
  reference: string,
  signal: AbortSignal,
): Promise<Snapshot> {
  const { listSnapshots } = await import('@sampan/backup');
  const all = await listSnapshots(access, { signal });
  if (reference === 'latest') {
    const latest = all.at(-1);
    if (latest) return latest;
    throw new CommandError('There is no backup in this repository.', { exitCode: EXIT.failed });
  }
  return bySnapshot(all, ({ id }) => id, reference);
}
