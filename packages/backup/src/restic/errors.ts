import { SampanError } from '@sampan/driver';
import type { GatewayFailure } from '../gateway/start.ts';
import type { ResticEnd } from './process.ts';

/** What the older versions say instead of an exit code of its own, and what the code is. */
const TEXTS: readonly (readonly [pattern: RegExp, code: string])[] = [
  [/wrong password or no key found/i, 'wrong_repository_password'],
  [/Is there a repository at the following location|unable to open config file/i, 'repository_not_found'],
  [/repository is already locked|unable to create lock in backend/i, 'repository_locked'],
  [/config file already exists|repository master key and config already initialized/i, 'repository_exists'],
  // Not all that cannot be dumped: what is damaged cannot either.
  [/path .* not found|not found in snapshot|cannot dump file: path .* should be a/i, 'not_in_backup'],
];

const BY_EXIT_CODE: Readonly<Record<number, string>> = {
  10: 'repository_not_found',
  11: 'repository_locked',
  12: 'wrong_repository_password',
};

const EXPLAINED: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  wrong_repository_password: [
    'The password is not that of this repository.',
    'Give the password from the recovery sheet. Nobody can open a repository without it.',
  ],
  repository_not_found: [
    'There is no repository at this place of the storage.',
    'Check storage and folder. If it was deleted, make a new repository: its backups are gone.',
  ],
  repository_locked: [
    'Another program is working on this repository.',
    'Wait for it. If it was killed, its lock is shown with the repository and can be removed when its owner is gone.',
  ],
  repository_exists: [
    'There is a repository at this place already.',
    'Adopt it with its password, or choose another folder.',
  ],
  not_in_backup: ['This is not in the backup.', 'Look at its files and choose again.'],
};

/** Why a command failed: first what the storage said, since restic shows that as a bare status only. */
export function resticError(end: ResticEnd, failures: readonly GatewayFailure[], what: string): SampanError {
  const storage = failures.at(-1);
  if (storage) {
    return new SampanError(storage.code, `${what} failed, since the storage did: ${storage.message}`, {
      ...(storage.hint !== null && { hint: storage.hint }),
      parameters: { request: storage.request },
    });
  }
  const code = BY_EXIT_CODE[end.exitCode] ?? TEXTS.find(([pattern]) => end.says(pattern))?.[1];
  const [message, hint] = (code !== undefined && EXPLAINED[code]) || [];
  if (code !== undefined && message !== undefined) {
    return new SampanError(code, message, {
      ...(hint !== undefined && { hint }),
      parameters: { exitCode: end.exitCode },
    });
  }
  const last = end.errorText.trim().split('\n').at(-1) ?? '';
  return new SampanError('restic_failed', `${what} failed: ${last || `restic ended with ${end.exitCode}`}`, {
    hint: 'The log has everything that restic said.',
    parameters: { exitCode: end.exitCode, ...(end.signal && { signal: end.signal }) },
  });
}
