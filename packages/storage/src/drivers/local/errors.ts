import { SampanError } from '@sampan/driver';
import { keyConflict, objectNotFound } from '../../errors.ts';

export function systemCodeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
}

const RETRYABLE = new Set(['EIO', 'EAGAIN', 'EBUSY', 'EMFILE', 'ENFILE', 'ESTALE', 'ETIMEDOUT']);

/** What a call of the file system threw, as an error of the contract. Texts name keys, not folders of the machine. */
export function translated(thrown: unknown, key: string): SampanError {
  if (thrown instanceof SampanError) return thrown;
  const systemCode = systemCodeOf(thrown);
  const parameters = { key, systemCode };
  switch (systemCode) {
    case 'ENOENT':
      return objectNotFound(key);
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EEXIST':
    case 'ENOTEMPTY':
      return keyConflict(key);
    case 'ELOOP':
      return new SampanError('permission_denied', `${JSON.stringify(key)} leads out of the folder of this storage.`, {
        hint: 'Links are not followed. Remove the link, or give the folder that it leads to as the storage.',
        parameters,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new SampanError('permission_denied', `The folder does not let Sampan do this (${systemCode}).`, {
        hint: 'Give the user that Sampan runs as the right to read and write in the folder.',
        parameters,
      });
    case 'ENOSPC':
    case 'EDQUOT':
      return new SampanError('storage_full', `There is no space left in the folder (${systemCode}).`, {
        hint: 'Free space or raise the quota. Nothing half-written was left.',
        parameters,
      });
    case 'ENAMETOOLONG':
      return new SampanError(
        'invalid_key',
        `The name ${JSON.stringify(key.slice(0, 80))} is too long for this folder.`,
        {
          hint: 'Choose a shorter name, or a folder nearer to the root.',
          parameters: { key: key.slice(0, 80) },
        },
      );
    default:
      return new SampanError('storage_unavailable', `The folder could not be used (${systemCode}).`, {
        hint: 'Look at the disk and its mount.',
        retryable: RETRYABLE.has(systemCode),
        parameters,
        cause: thrown,
      });
  }
}

export function folderMissing(): SampanError {
  return new SampanError('bucket_not_found', 'The folder of this storage is not there.', {
    hint: 'Make the folder, or mount the disk that it is on. Sampan does not make it anew: a disk that is not mounted would then pass for an empty storage.',
  });
}
