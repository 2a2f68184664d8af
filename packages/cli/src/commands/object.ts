import { stat } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import type { Api } from '../client/api.ts';
import type { OperationView } from '../client/types.ts';
import { contextOf } from '../context.ts';
import { CommandError, EXIT } from '../exit.ts';
import { follow } from '../follow.ts';
import { atMost, wholeNumber } from '../numbers.ts';
import { bytes } from '../output/format.ts';
import { printable } from '../output/width.ts';
import { type CopyFlags, copyFolder, makeFolder } from '../storage/copy.ts';
import { interruptible } from '../storage/interrupt.ts';
import { asPrefix, type Location, parseLocation } from '../storage/location.ts';
import { type OpenPlace, openPlace, tellingErrors } from '../storage/open.ts';
import { getFile, putFile, targetKey } from '../storage/single.ts';
import { findStorage } from './storage.ts';

const PLACES = `
Places: NAME:path is a storage of the server (see \`sampan storage list\`). Without a server, with keys from the environment
(QINGSTOR_ACCESS_KEY_ID, AWS_ACCESS_KEY_ID, SAMPAN_STORAGE_PASSWORD …): qingstor://BUCKET/path?zone=sh1a,
s3://BUCKET/path?endpoint=https://…, sftp://USER@HOST/path?hostKey=SHA256:…, webdav://HOST/path. Anything else is a path here.`;

const collect = (value: string, before: string[] = []): string[] => [...before, value];

function hours(value: string): number {
  const [, amount, unit] = /^(\d+)(h|d)$/.exec(value) ?? [];
  const total = Number(amount) * (unit === 'd' ? 24 : 1);
  if (total >= 1 && total <= 8760) return total;
  throw new InvalidArgumentError('It is a number of hours or days, e.g. 24h or 7d, up to a year.');
}

/** A destination that would be made: for a dry run it is as good as empty. */
async function dryTarget(target: Location): Promise<Location> {
  if (target.kind !== 'local') return target;
  const isThere = await stat(target.path).then(
    () => true,
    () => false,
  );
  return isThere ? target : { kind: 'nothing' };
}

/** Opens places, works, and closes them whatever happens. */
async function withPlaces<T>(
  api: () => Api,
  locations: readonly Location[],
  work: (...places: OpenPlace[]) => Promise<T>,
): Promise<T> {
  return tellingErrors(async () => {
    const opened: OpenPlace[] = [];
    try {
      for (const location of locations) opened.push(await openPlace(location, api));
      return await work(...opened);
    } finally {
      for (const place of opened) await place.close();
    }
  });
}

export function addObjectCommands(program: Command): void {
  const object = program
    .command('object')
    .description('objects in storages: list, copy, synchronise')
    .addHelpText('after', PLACES);

  object
    .command('ls <place>')
    .description('list objects and folders')
    .option('-r, --recursive', 'everything below, not one folder')
    .option('--limit <count>', 'so many at most', atMost, 10_000)
    .action(async (text: string, options: { recursive?: boolean; limit: number }, command: Command) => {
      const { output, api } = contextOf(command);
      const { listPages } = await import('@sampan/storage');
      await withPlaces(api, [parseLocation(text)], async (place) => {
        if (!place) return;
        const rows: { key: string; size: number | null; modified: string | null; md5: string | null }[] = [];
        const request = { prefix: place.path, ...(options.recursive ? {} : { delimiter: '/' as const }) };
        let isCut = false;
        for await (const page of listPages(place.store, request)) {
          rows.push(...page.prefixes.map((key) => ({ key, size: null, modified: null, md5: null })));
          for (const { key, size, modified, md5 } of page.objects) {
            rows.push({ key, size, md5, modified: modified === null ? null : new Date(modified).toISOString() });
          }
          isCut = rows.length > options.limit || (rows.length === options.limit && page.nextCursor !== null);
          if (isCut) break;
        }
        output.table(
          rows.slice(0, options.limit),
          [
            ['SIZE', (row) => (row.size === null ? 'folder' : bytes(row.size))],
            ['MODIFIED', (row) => row.modified?.slice(0, 19).replace('T', ' ') ?? ''],
            ['KEY', (row) => row.key],
          ],
          'There is nothing here.',
        );
        if (isCut) output.note(`Only the first ${options.limit} are shown; see --limit.`);
      });
    });

  object
    .command('stat <place>')
    .description('what is known of one object')
    .action(async (text: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      await withPlaces(api, [parseLocation(text)], async (place) => {
        const head = await place?.store.head(place.path);
        if (!head) return;
        output.record(head, [
          ['KEY', (row) => row.key],
          ['SIZE', (row) => `${bytes(row.size)} (${row.size})`],
          ['MODIFIED', (row) => row.modified && new Date(row.modified).toISOString()],
          ['MD5', (row) => row.md5],
          ['TYPE', (row) => row.contentType],
        ]);
      });
    });

  object
    .command('put <file> <place>')
    .description('store a file, or - for standard input')
    .option('--content-type <type>', 'its media type')
    .action(async (file: string, text: string, options: { contentType?: string }, command: Command) => {
      const { output, api } = contextOf(command);
      await interruptible((signal) =>
        withPlaces(api, [parseLocation(text)], async (place) => {
          if (place) await putFile(output, parseLocation(file), place, { ...options, signal });
        }),
      );
    });

  object
    .command('get <place> [file]')
    .description('fetch an object into a file (- for standard output); goes on where an earlier attempt broke off')
    .action(async (text: string, file: string | undefined, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      await interruptible((signal) =>
        withPlaces(api, [parseLocation(text)], async (place) => {
          if (place) await getFile(output, place, parseLocation(file ?? './'), signal);
        }),
      );
    });

  object
    .command('rm <place...>')
    .description('delete objects')
    .option('-r, --recursive', 'everything below a folder')
    .option('--dry-run', 'only say what would be deleted')
    .option('--yes', 'do not ask, with --recursive')
    .action(
      async (texts: string[], options: { recursive?: boolean; dryRun?: boolean; yes?: boolean }, command: Command) => {
        const { output, api } = contextOf(command);
        if (options.recursive && !options.yes && !options.dryRun) {
          throw new CommandError(`This deletes everything below ${texts.join(', ')}.`, {
            hint: 'Look first with --dry-run, then run it again with --yes.',
          });
        }
        const { listPages } = await import('@sampan/storage');
        let deleted = 0;
        for (const text of texts) {
          await interruptible((signal) =>
            withPlaces(api, [parseLocation(text)], async (place) => {
              if (!place) return;
              const remove = async (keys: string[]): Promise<void> => {
                if (options.dryRun) for (const key of keys) output.line(`delete ${printable(key)}`);
                else {
                  const [failure] = await place.store.deleteMany(keys, { signal });
                  if (failure) throw new CommandError(`${failure.key}: ${failure.message}`, { exitCode: EXIT.failed });
                }
                deleted += keys.length;
              };
              if (!options.recursive) {
                if (place.path === '' || place.path.endsWith('/')) {
                  throw new CommandError(`${text} is a folder.`, {
                    hint: 'Give --recursive to delete everything below it.',
                  });
                }
                await place.store.head(place.path, { signal });
                return remove([place.path]);
              }
              for await (const page of listPages(place.store, { prefix: asPrefix(place.path), signal })) {
                if (page.objects.length > 0) await remove(page.objects.map(({ key }) => key));
              }
            }),
          );
        }
        if (output.json) output.data({ deleted, dryRun: options.dryRun === true });
        else output.note(`${deleted} ${options.dryRun ? 'would be ' : ''}deleted`);
      },
    );

  const copyOptions = (command: Command): Command =>
    command
      .option('--dry-run', 'only say what would be done')
      .option('--checksum', 'compare contents where the listings do not tell their MD5')
      .option('--include <pattern>', 'only what matches, e.g. "*.log" or "photos/**"; may be repeated', collect)
      .option('--exclude <pattern>', 'not what matches; may be repeated', collect)
      .option('--concurrency <count>', 'objects on their way at once', wholeNumber(1, 64), 8);

  copyOptions(object.command('sync <from> <to>'))
    .description('make a place have what another has; what is there already is not copied again')
    .option('--delete', 'delete what the source does not have')
    .action(async (from: string, to: string, flags: CopyFlags, command: Command) => {
      const { output, api } = contextOf(command);
      const [source, target] = [parseLocation(from), parseLocation(to)];
      if (!flags.dryRun) await makeFolder(target);
      const opened = flags.dryRun ? await dryTarget(target) : target;
      await interruptible((signal) =>
        withPlaces(api, [source, opened], async (left, right) => {
          if (left && right) await copyFolder(output, left, right, target, { ...flags, signal });
        }),
      );
    });

  copyOptions(object.command('cp <from> <to>'))
    .description('copy an object, or with --recursive what is below a folder')
    .option('-r, --recursive', 'everything below a folder')
    .action(async (from: string, to: string, flags: CopyFlags & { recursive?: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const [source, target] = [parseLocation(from), parseLocation(to)];
      if (flags.recursive) {
        if (!flags.dryRun) await makeFolder(target);
        const opened = flags.dryRun ? await dryTarget(target) : target;
        return interruptible((signal) =>
          withPlaces(api, [source, opened], async (left, right) => {
            if (left && right) await copyFolder(output, left, right, target, { ...flags, signal });
          }),
        );
      }
      if (flags.dryRun) throw new CommandError('--dry-run needs --recursive.');
      await interruptible(async (signal) => {
        if (source.kind === 'local' || source.kind === 'pipe') {
          return withPlaces(api, [target], async (place) => {
            if (place) await putFile(output, source, place, { signal });
          });
        }
        if (target.kind === 'local' || target.kind === 'pipe') {
          return withPlaces(api, [source], async (place) => {
            if (place) await getFile(output, place, target, signal);
          });
        }
        return withPlaces(api, [source, target], async (left, right) => {
          if (!left || !right) return;
          const key = targetKey(right, left.path);
          if (left.storage && right.storage && key.endsWith(left.path.split('/').at(-1) ?? '')) {
            return copyOnServer(api(), output, left, right, key);
          }
          const { transferObject } = await import('@sampan/storage');
          const stored = await transferObject(left.store, left.path, right.store, key, { signal });
          output.record({ key, ...stored }, [
            ['KEY', (row) => row.key],
            ['SIZE', (row) => bytes(row.size)],
            ['MD5', (row) => row.md5],
          ]);
        });
      });
    });

  object
    .command('link <place>')
    .description('a link by which anyone can fetch one object without a key, until it expires')
    .option('--expires <seconds>', 'how long it works', wholeNumber(60, 604_800), 3600)
    .option('--name <name>', 'the name under which a browser saves it')
    .action(async (text: string, options: { expires: number; name?: string }, command: Command) => {
      const { output, api } = contextOf(command);
      await withPlaces(api, [parseLocation(text)], async (place) => {
        if (!place) return;
        let url: string | undefined;
        if (place.storage) {
          const answer = await api().post<{ url: string }>(`/storages/${place.storage.id}/objects/presign`, {
            key: place.path,
            expiresInSeconds: options.expires,
            ...(options.name !== undefined && { downloadName: options.name }),
          });
          url = answer.url;
        } else {
          await place.store.head(place.path);
          url = await place.store.presign?.(place.path, {
            expiresInSeconds: options.expires,
            ...(options.name !== undefined && { downloadName: options.name }),
          });
        }
        if (url === undefined)
          throw new CommandError('This kind of storage makes no links.', { exitCode: EXIT.failed });
        if (output.json) output.data({ url, expiresInSeconds: options.expires });
        else output.line(url);
      });
    });

  object
    .command('cleanup <place>')
    .description('remove what uploads left behind that were never finished')
    .option('--older-than <age>', 'only older ones, e.g. 24h or 7d', hours, 24)
    .action(async (text: string, options: { olderThan: number }, command: Command) => {
      const { output, api } = contextOf(command);
      const location = parseLocation(text);
      if (location.kind === 'storage') {
        const { id } = await findStorage(api(), location.name);
        const wish = { olderThanHours: options.olderThan };
        const operation = await api().post<OperationView>(`/storages/${id}/objects/cleanup`, wish);
        await follow(api(), output, [operation.id]);
        return;
      }
      await withPlaces(api, [location], async (place) => {
        if (!place?.store.removeUnfinished) {
          throw new CommandError('This kind of storage has no unfinished uploads.', { exitCode: EXIT.failed });
        }
        const removed = await place.store.removeUnfinished(options.olderThan * 3_600_000);
        if (output.json) output.data({ removed });
        else output.note(`${removed} removed`);
      });
    });
}

/** Between two storages of the server the bytes do not come here. */
async function copyOnServer(
  api: Api,
  output: ReturnType<typeof contextOf>['output'],
  from: OpenPlace,
  to: OpenPlace,
  key: string,
): Promise<void> {
  const name = from.path.split('/').at(-1) ?? '';
  const operation = await api.post<OperationView>(`/storages/${from.storage?.id}/objects/copy`, {
    keys: [from.path],
    target: { storageId: to.storage?.id, prefix: key.slice(0, key.length - name.length) },
  });
  try {
    await follow(api, output, [operation.id]);
  } catch (error) {
    const { result } = await api.get<OperationView>(`/operations/${operation.id}`);
    const [failure] = (result?.failures ?? []) as { key: string; message: string }[];
    if (!failure) throw error;
    throw new CommandError(failure.message, { exitCode: EXIT.failed });
  }
}
