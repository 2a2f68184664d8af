import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RepositoryAccess } from '@sampan/backup';
import { ask, readStdin } from '../ask.ts';
import { CommandError } from '../exit.ts';
import { asPrefix, parseLocation } from '../storage/location.ts';
import { directValues } from '../storage/open.ts';

/** Where restic of the next Debian release is when this is a checkout that set-up has brought it to. */
const BROUGHT = fileURLToPath(new URL('../../../../.cache/restic/usr/bin/restic', import.meta.url));

/** The password of a repository: from standard input or the environment, or asked for; never a flag. */
export async function repositoryPassword({ passwordStdin }: { passwordStdin?: boolean } = {}): Promise<string> {
  if (passwordStdin) return readStdin();
  const given = process.env.SAMPAN_REPOSITORY_PASSWORD ?? process.env.RESTIC_PASSWORD;
  if (given) return given;
  if (!process.stdin.isTTY) {
    throw new CommandError('The password of the repository is needed.', {
      hint: 'Set SAMPAN_REPOSITORY_PASSWORD; it is on the recovery sheet.',
    });
  }
  return ask('Password of the repository: ', 'secret');
}

function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME || path.join(process.env.HOME || homedir(), '.cache');
  const folder = path.join(base, 'sampan', 'restic');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** A repository that is named by an address or a folder, reached from here without a server. */
export async function directAccess(text: string, password?: string): Promise<RepositoryAccess> {
  const { findRestic } = await import('@sampan/backup');
  const restic = await findRestic([BROUGHT, 'restic']);
  const location = parseLocation(text);
  const common = {
    ...{ restic, password: password ?? (await repositoryPassword()), cacheFolder: cacheFolder() },
  };
  const limits = { uploadBytesPerSecond: null, downloadBytesPerSecond: null, concurrency: null };
  if (location.kind === 'local') {
    const folder = path.resolve(location.path);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const storage = { type: 'local', options: { folder }, bucket: null, prefix: '', forbiddenNetworks: [], limits };
    return { ...common, storage };
  }
  if (location.kind !== 'direct') {
    throw new CommandError(`${text} is no place that is reached without a server.`, {
      hint: 'Give a folder, or an address such as qingstor://BUCKET/folder?zone=sh1a. Plans of a server have commands of their own.',
    });
  }
  const options = await directValues(location.type, location.options);
  return {
    ...common,
    storage: {
      ...{ type: location.type, options, bucket: null, prefix: asPrefix(location.path), forbiddenNetworks: [], limits },
      environment: { variables: process.env, homeFolder: homedir() },
    },
  };
}
