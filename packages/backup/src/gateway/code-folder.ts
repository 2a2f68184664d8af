import { lstat, mkdir } from 'node:fs/promises';
import path from 'node:path';

/** Others may write there: what lies in it is no more ours. */
const WRITABLE_BY_OTHERS = 0o022;
const READABLE_BY_OTHERS = 0o077;

/**
 * A folder for compiled code, made where it is missing. Whoever can write to it decides what runs, so that it must belong
 * to this user alone and lie in a folder that nobody else can rename it in; null where that is not so.
 */
export async function codeFolderIn(parent: string): Promise<string | null> {
  // The hyphen: restic takes folders of its cache with other names for its own.
  const folder = path.join(parent, 'compiled-code');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const own = process.getuid?.();
    // Where there are no such users, the rights of folders are not in their modes either.
    if (own === undefined) return folder;
    const [above, inside] = await Promise.all([lstat(parent), lstat(folder)]);
    if (!inside.isDirectory() || inside.uid !== own || (inside.mode & READABLE_BY_OTHERS) !== 0) return null;
    return above.uid === own && (above.mode & WRITABLE_BY_OTHERS) === 0 ? folder : null;
  } catch {
    return null;
  }
}
