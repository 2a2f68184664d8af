import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ObjectSource } from '@sampan/storage';
import { CommandError, EXIT } from '../exit.ts';
import { bytes } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { RESUMED_UPLOAD_FROM, uploadJournal } from './journal.ts';
import type { Location } from './location.ts';
import type { OpenPlace } from './open.ts';
import { showProgress } from './progress.ts';

function isFolderLike(text: string): boolean {
  return text === '' || text.endsWith('/');
}

/** Where one object goes that was named by a folder: into it, under its own name. */
export function targetKey(target: OpenPlace, name: string): string {
  return isFolderLike(target.path) ? target.path + path.posix.basename(name) : target.path;
}

interface Named {
  source: ObjectSource;
  name: string;
  /** With a file: what tells that it is still the same. */
  file: { path: string; size: number; modified: number } | null;
}

async function sourceOf(location: Location): Promise<Named> {
  const { fileSource, streamSource } = await import('@sampan/storage');
  if (location.kind === 'pipe') return { source: streamSource(process.stdin), name: '', file: null };
  if (location.kind !== 'local') throw new CommandError('The source must be a file, or - for standard input.');
  const found = await stat(location.path).catch(() => null);
  if (!found) throw new CommandError(`There is no file ${location.path}.`, { exitCode: EXIT.failed });
  if (found.isDirectory()) throw new CommandError(`${location.path} is a folder.`, { hint: 'Use: sampan object sync' });
  const file = { path: location.path, size: found.size, modified: found.mtimeMs };
  return { source: await fileSource(location.path), name: path.basename(location.path), file };
}

/** A file, or standard input, as one object. */
export async function putFile(
  output: Output,
  from: Location,
  to: OpenPlace,
  options: { contentType?: string; signal: AbortSignal },
): Promise<void> {
  const { source, name, file } = await sourceOf(from);
  const key = targetKey(to, name);
  if (isFolderLike(key)) throw new CommandError('Give the name that the object shall have.');
  const progress = showProgress(output);
  const size = source.size ?? 0;
  progress.onEvent({ kind: 'listed', side: 'source', objects: 1, bytes: size, isComplete: true });
  progress.onEvent({ kind: 'begin', key, size });
  const isResumed = file !== null && file.size >= RESUMED_UPLOAD_FROM && to.storage === null;
  const journal = isResumed ? uploadJournal({ ...file, target: to.label, key, file: file.path }) : null;
  try {
    const stored = await to.store.put(key, source, {
      ...options,
      ...(journal && { resume: journal.resume }),
      onProgress: (sent) => progress.onEvent({ kind: 'progress', key, sent, size }),
    });
    journal?.forget();
    progress.stop();
    output.record({ key, ...stored }, [
      ['KEY', (row) => row.key],
      ['SIZE', (row) => bytes(row.size)],
      ['MD5', (row) => row.md5],
    ]);
  } finally {
    progress.stop();
  }
}

/** One object into a file, going on where an earlier attempt broke off, or to standard output. */
export async function getFile(output: Output, from: OpenPlace, to: Location, signal: AbortSignal): Promise<void> {
  const key = from.path;
  if (isFolderLike(key))
    throw new CommandError('Give the key of one object.', { hint: 'For a folder: sampan object sync' });
  if (to.kind === 'pipe') {
    const { body } = await from.store.get(key, { signal });
    return pipeline(body, process.stdout, { end: false });
  }
  if (to.kind !== 'local') throw new CommandError('The destination must be a file, or - for standard output.');
  const { downloadToFile, localObjects, transferObject } = await import('@sampan/storage');
  const isFolder = to.path.endsWith('/') || (await stat(to.path).catch(() => null))?.isDirectory() === true;
  const file = isFolder ? path.join(to.path, path.posix.basename(key)) : to.path;
  const progress = showProgress(output);
  try {
    const head = await from.store.head(key, { signal });
    const { size, md5 } = head;
    progress.onEvent({ kind: 'listed', side: 'source', objects: 1, bytes: size, isComplete: true });
    progress.onEvent({ kind: 'begin', key, size });
    const onProgress = (sent: number): void => progress.onEvent({ kind: 'progress', key, sent, size });
    if (md5 !== null) await downloadToFile(from.store, { ...head, md5 }, file, { signal, onProgress });
    else {
      const folder = localObjects(path.dirname(path.resolve(file)), new Set(['modified']));
      await transferObject(from.store, key, folder, path.basename(file), { signal, onProgress });
    }
    progress.stop();
    output.record({ file, size, md5 }, [
      ['FILE', (row) => row.file],
      ['SIZE', (row) => bytes(row.size)],
      ['MD5', (row) => row.md5],
    ]);
  } finally {
    progress.stop();
  }
}
