import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { ObjectHead, ObjectStore } from '../contract.ts';
import { translated } from '../drivers/local/errors.ts';
import { corruptedDownload } from '../errors.ts';

/** Smaller ones are fetched anew: that is as fast as finding out what is there. */
export const RESUMED_FROM = 8 * 1024 * 1024;

export interface DownloadFileOptions {
  signal?: AbortSignal | undefined;
  /** Bytes that are in the file, those of an earlier attempt included. */
  onProgress?: ((received: number) => void) | undefined;
}

/** Of this very content: another object, or another content of it, has another name. Listings leave such names out. */
function partOf(file: string, head: ObjectHead): string {
  const id = createHash('sha256')
    .update(`${path.basename(file)}\0${head.size}\0${head.md5}`)
    .digest('hex')
    .slice(0, 16);
  return path.join(path.dirname(file), `.sampan-${id}.part`);
}

async function hashPart(part: string, hash: Hash): Promise<number> {
  const size = await stat(part).then(
    (found) => found.size,
    () => 0,
  );
  if (size > 0) for await (const piece of createReadStream(part, { highWaterMark: 1024 * 1024 })) hash.update(piece);
  return size;
}

/**
 * Downloads an object into a file, going on where an earlier attempt broke off, also one that was killed. The file appears
 * when all of it is there and has the MD5 that the storage tells. Only for objects whose MD5 is known: nothing else says
 * that the beginning is of the same content.
 */
export async function downloadToFile(
  from: ObjectStore,
  head: ObjectHead & { md5: string },
  file: string,
  options: DownloadFileOptions = {},
): Promise<void> {
  const { signal, onProgress } = options;
  const part = partOf(file, head);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    let hash = createHash('md5');
    let received = await hashPart(part, hash);
    if (received > head.size) {
      await unlink(part);
      hash = createHash('md5');
      received = 0;
    }
    onProgress?.(received);
    if (received < head.size) {
      const { body } = await from.get(head.key, { ...(received > 0 && { range: { start: received } }), signal });
      const handle = await open(part, 'a', 0o600);
      try {
        for await (const piece of body) {
          await handle.writev([piece]);
          hash.update(piece);
          received += piece.length;
          onProgress?.(received);
        }
        if (head.modified !== null) await handle.utimes(new Date(), new Date(head.modified));
      } finally {
        await handle.close();
      }
    }
    if (received !== head.size || hash.digest('hex') !== head.md5) {
      await unlink(part);
      throw corruptedDownload(head.key, 'its MD5 differs');
    }
    await rename(part, file);
  } catch (error) {
    throw translated(error, head.key);
  }
}
