import type { Buckets } from '@sampan/storage';
import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { CommandError, EXIT } from '../exit.ts';
import { type Location, parseLocation } from '../storage/location.ts';
import { directDriver, tellingErrors } from '../storage/open.ts';
import { findStorage } from './storage.ts';

interface BucketRow {
  name: string;
  zone: string | null;
  createdAt: string | null;
}

/** `qingstor:`, `qingstor:?zone=sh1a` or an address with a bucket: buckets without a server. */
function directOf(text: string): { type: string; options: Record<string, string> } | null {
  const [, type, query = ''] = /^(qingstor|s3):(?:\/\/)?(?:\?(.*))?$/.exec(text) ?? [];
  if (type !== undefined) return { type, options: Object.fromEntries(new URLSearchParams(query)) };
  const location: Location = parseLocation(text);
  return location.kind === 'direct' ? location : null;
}

async function withBuckets<T>(
  type: string,
  options: Record<string, string>,
  work: (buckets: Buckets) => Promise<T>,
): Promise<T> {
  return tellingErrors(async () => {
    const driver = await directDriver(type, options);
    try {
      if (!driver.buckets)
        throw new CommandError(`Storages of kind ${type} have no buckets.`, { exitCode: EXIT.failed });
      return await work(driver.buckets);
    } finally {
      await driver.close();
    }
  });
}

const WHERE = 'a storage of the server, or without a server: qingstor:, s3:?endpoint=https://…';

export function addBucketCommands(program: Command): void {
  const bucket = program.command('bucket').description('buckets of a storage’s account');

  bucket
    .command('list <storage>')
    .description(`list buckets of ${WHERE}`)
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const direct = directOf(reference);
      let rows: BucketRow[];
      if (direct) {
        const found = await withBuckets(direct.type, direct.options, (buckets) => buckets.list());
        rows = found.map(({ name, zone, createdAt }) => ({
          ...{ name, zone, createdAt: createdAt === null ? null : new Date(createdAt).toISOString() },
        }));
      } else {
        const { id } = await findStorage(api(), reference);
        rows = (await api().get<{ items: BucketRow[] }>(`/storages/${id}/buckets`)).items;
      }
      output.table(
        rows,
        [
          ['NAME', (row) => row.name],
          ['ZONE', (row) => row.zone],
          ['CREATED', (row) => row.createdAt?.slice(0, 10)],
        ],
        'There are no buckets.',
      );
    });

  bucket
    .command('create <storage> <name>')
    .description('create a bucket')
    .option('--zone <zone>', 'where; the zone of the storage when not said')
    .option('--public-read', 'anyone may read its objects')
    .action(
      async (reference: string, name: string, options: { zone?: string; publicRead?: boolean }, command: Command) => {
        const { output, api } = contextOf(command);
        const access = options.publicRead ? ('public_read' as const) : ('private' as const);
        const wish = { name, access, ...(options.zone !== undefined && { zone: options.zone }) };
        const direct = directOf(reference);
        if (direct) await withBuckets(direct.type, direct.options, (buckets) => buckets.create(wish));
        else {
          const { id } = await findStorage(api(), reference);
          await api().post(`/storages/${id}/buckets`, wish);
        }
        if (output.json) output.data(wish);
        else output.note(`Created ${name}.`);
      },
    );

  bucket
    .command('delete <storage> <name>')
    .description('delete an empty bucket')
    .option('--zone <zone>', 'where it is; the zone of the storage when not said')
    .option('--yes', 'do not ask')
    .action(async (reference: string, name: string, options: { zone?: string; yes?: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      if (!options.yes) {
        throw new CommandError(`This deletes the bucket ${name}, if it is empty.`, {
          hint: 'Run it again with --yes.',
        });
      }
      const direct = directOf(reference);
      if (direct) {
        await withBuckets(direct.type, direct.options, (buckets) => buckets.delete(name, { zone: options.zone }));
      } else {
        const { id } = await findStorage(api(), reference);
        await api().delete(`/storages/${id}/buckets/${encodeURIComponent(name)}`, { zone: options.zone });
      }
      if (output.json) output.data({ name, deleted: true });
      else output.note(`Deleted ${name}.`);
    });

  bucket
    .command('policy <storage> <name>')
    .description('the policy that gives a key what Sampan needs in one bucket, and nothing more')
    .option('--prefix <prefix>', 'only below this folder', '')
    .action(async (reference: string, name: string, options: { prefix: string }, command: Command) => {
      const { output, api } = contextOf(command);
      const direct = directOf(reference);
      const policy = direct
        ? await withBuckets(direct.type, direct.options, async (buckets) => buckets.policy?.(name, options.prefix))
        : await api().get<{ document: string; note: { en: string; zh: string } }>(
            `/storages/${(await findStorage(api(), reference)).id}/buckets/${encodeURIComponent(name)}/policy`,
            { prefix: options.prefix },
          );
      if (!policy) throw new CommandError('This kind of storage has no policies.', { exitCode: EXIT.failed });
      if (output.json) return output.data(policy);
      output.line(policy.document);
      output.note(policy.note.en);
    });
}
