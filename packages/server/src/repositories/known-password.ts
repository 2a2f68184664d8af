import { openRepository, type RepositoryConfig } from '@sampan/backup';
import { SampanError } from '@sampan/driver';
import { InvalidRequest } from '../platform/http/problem.ts';
import type { RepositoryAccesses } from './access.ts';
import type { RepositoryRow } from './tables.ts';

/** Somebody waits for the answer; restic alone would ask a storage that is away for a quarter of an hour. */
const PATIENCE_MS = 30_000;

/** @throws InvalidRequest restic reads a password up to the end of its line */
export function demandOneLine(password: string): void {
  if (!/[\r\n]/.test(password)) return;
  throw new InvalidRequest([{ field: 'password', code: 'bad_format', message: 'a password is one line' }]);
}

/**
 * Opens what lies at a place with the password that somebody gives for it, before anything of that is kept.
 * @throws SampanError `wrong_repository_password`, `repository_not_found`, `storage_timeout`, what the storage says
 */
export async function tryPassword(
  accesses: RepositoryAccesses,
  place: Pick<RepositoryRow, 'storage_id' | 'folder' | 'append_only'>,
  password: string,
  closed: AbortSignal,
): Promise<RepositoryConfig> {
  const tooLong = AbortSignal.timeout(PATIENCE_MS);
  const access = await accesses.at(place, password);
  try {
    return await openRepository(access, { signal: AbortSignal.any([closed, tooLong]) });
  } catch (error) {
    if (!tooLong.aborted) throw error;
    throw new SampanError('storage_timeout', 'The storage did not let the repository be opened in time.', {
      hint: 'Test the storage, and try again when it answers.',
      retryable: true,
      cause: error,
    });
  }
}
