import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { ObjectHead, SyncOptions, SyncResult } from '@sampan/storage';
import { CommandError, EXIT } from '../exit.ts';
import { bytes } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { printable } from '../output/width.ts';
import { RESUMED_UPLOAD_FROM, uploadJournal } from './journal.ts';
import { asPrefix, type Location } from './location.ts';
import type { OpenPlace } from './open.ts';
import { showProgress } from './progress.ts';

export interface CopyFlags {
  checksum?: boolean;
  delete?: boolean;
  dryRun?: boolean;
  include?: string[];
  exclude?: string[];
  concurrency?: number;
}

/** What a killed download left may be gone on with for so long; then it is taken away. */
const LEFT_FOR_MS = 24 * 3_600_000;

/** The folder of a destination is made; that of a source must be there. */
export async function makeFolder(location: Location): Promise<void> {
  if (location.kind === 'local') await mkdir(location.path, { recursive: true });
}

function hasMd5(head: ObjectHead): head is ObjectHead & { md5: string } {
  return head.md5 !== null;
}

/** Everything below one place to another, with bars; tells what was done, and fails when something could not be. */
export async function copyFolder(
  output: Output,
  from: OpenPlace,
  to: OpenPlace,
  target: Location,
  flags: CopyFlags & { signal: AbortSignal },
): Promise<void> {
  const { downloadToFile, RESUMED_FROM, sync, transferObject } = await import('@sampan/storage');
  const progress = showProgress(output);
  const isQuiet = output.json || output.isInteractive;
  const options: SyncOptions = {
    ...flags,
    onEvent(event) {
      progress.onEvent(event);
      if (event.kind === 'failed' && isQuiet) return;
      if (event.kind === 'failed') output.note(`✖ ${printable(event.key)}: ${printable(event.error.message)}`);
      else if (flags.dryRun && !output.json && event.kind === 'copied') output.line(`copy   ${printable(event.key)}`);
      else if (flags.dryRun && !output.json && event.kind === 'deleted') output.line(`delete ${printable(event.key)}`);
    },
    async transfer(source, fromKey, destination, toKey, given = {}) {
      const { known } = given;
      if (from.isFolder && to.storage === null && known && known.size >= RESUMED_UPLOAD_FROM) {
        const { size, modified } = known;
        const journal = uploadJournal({
          ...{ target: to.label, key: toKey, file: path.join(from.label, fromKey), size, modified: modified ?? 0 },
        });
        const stored = await transferObject(source, fromKey, destination, toKey, { ...given, resume: journal.resume });
        journal.forget();
        return stored;
      }
      if (target.kind !== 'local' || !known || known.size < RESUMED_FROM) {
        return transferObject(source, fromKey, destination, toKey, given);
      }
      const head = await source.head(fromKey, given);
      // Asked before anything is written: names that would leave the folder are refused by the store.
      await destination.head(toKey).catch((error) => {
        if (error.code !== 'object_not_found') throw error;
      });
      if (!hasMd5(head)) return transferObject(source, fromKey, destination, toKey, given);
      await downloadToFile(source, head, path.join(target.path, toKey), given);
      return { size: head.size, md5: head.md5, etag: null };
    },
  };
  let result: SyncResult;
  try {
    if (target.kind === 'local' && !flags.dryRun) await to.store.removeUnfinished?.(LEFT_FOR_MS);
    const sides = [from, to].map(({ store, path: below }) => ({ store, prefix: asPrefix(below) })) as [
      { store: OpenPlace['store']; prefix: string },
      { store: OpenPlace['store']; prefix: string },
    ];
    result = await sync(...sides, options);
  } finally {
    progress.stop();
  }
  if (output.json) output.data({ ...result, dryRun: flags.dryRun === true });
  else {
    const would = flags.dryRun ? 'would be ' : '';
    output.note(
      `${result.copied} ${would}copied (${bytes(result.copiedBytes)}), ${result.same} the same` +
        (flags.delete ? `, ${result.deleted} ${would}deleted` : '') +
        (result.failed > 0 ? `, ${result.failed} failed` : ''),
    );
    if (isQuiet) {
      for (const { key, message } of result.failures) output.note(`✖ ${printable(key)}: ${printable(message)}`);
    }
    if (result.notDeletedBecause) output.note(`Nothing was deleted: ${result.notDeletedBecause}.`);
  }
  if (result.failed > 0) {
    throw new CommandError(`${result.failed} of ${result.copied + result.same + result.failed} objects failed.`, {
      exitCode: EXIT.failed,
      hint: 'Run it again: what was copied is not copied twice.',
    });
  }
}
