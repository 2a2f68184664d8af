import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Api, toCommandError } from '../client/api.ts';
import type { OperationView } from '../client/types.ts';
import { CommandError, EXIT } from '../exit.ts';
import { follow } from '../follow.ts';
import { age, bytes } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { printable } from '../output/width.ts';
import { findPlan, findRepository, findServerBackup } from './find.ts';
import type { BackupView, NodeView, RestoreView } from './views.ts';

const minute = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

export async function listBackups(api: Api, output: Output, options: { plan?: string; limit: number }): Promise<void> {
  const query = options.plan === undefined ? {} : { planId: (await findPlan(api, options.plan)).id };
  const rows: BackupView[] = [];
  for await (const row of api.items<BackupView>('/backups', query, options.limit)) rows.push(row);
  output.table(
    rows,
    [
      ['ID', (row) => row.id],
      ['PLAN', (row) => row.planName],
      ['TIME (UTC)', (row) => minute(row.time)],
      ['AGE', (row) => age(row.time)],
      ['STATE', (row) => row.state],
      ['FILES', (row) => row.files],
      ['SIZE', (row) => bytes(row.bytes)],
      ['ADDED', (row) => bytes(row.bytesAdded)],
      ['PLACES', (row) => row.places.length],
      [
        '',
        (row) =>
          [row.pinned && 'pinned', row.provenAt && 'proven', row.damagedAt && 'DAMAGED', row.title]
            .filter(Boolean)
            .join(' '),
      ],
    ],
    'There are no backups.',
  );
}

/** The name of a repository, and that damage was found in it. */
export function nameWithDamage(place: { repositoryName: string; repositoryDamaged: boolean }): string {
  return place.repositoryDamaged ? `${place.repositoryName} DAMAGED` : place.repositoryName;
}

export async function showBackup(api: Api, output: Output, reference: string): Promise<void> {
  output.record(await findServerBackup(api, reference), [
    ['ID', (row) => row.id],
    ['PLAN', (row) => row.planName],
    ['TIME (UTC)', (row) => minute(row.time)],
    ['STATE', (row) => (row.unreadCount > 0 ? `${row.state}, ${row.unreadCount} not read` : row.state)],
    ['SIZE', (row) => `${bytes(row.bytes)} in ${row.files} files, ${bytes(row.bytesAdded)} added`],
    ['PATHS', (row) => row.paths.join(' ')],
    ['PLACES', (row) => row.places.map(nameWithDamage).join(', ')],
    ['SNAPSHOT', (row) => row.snapshotId],
    ['PROVEN', (row) => age(row.provenAt)],
    ['DAMAGED', (row) => age(row.damagedAt)],
    ['PINNED', (row) => (row.pinned ? 'yes' : 'no')],
    ['TITLE', (row) => row.title || null],
    ['NOTE', (row) => row.note || null],
  ]);
}

function printNode(output: Output, node: NodeView): void {
  if (output.json) output.line(JSON.stringify(node));
  else {
    const size = node.kind === 'file' ? bytes(node.size) : node.kind;
    output.line(`${size.padStart(10)}  ${node.modified.slice(0, 19)}  ${printable(node.path)}`);
  }
}

/** One folder of a backup, page by page. */
export async function listFiles(api: Api, output: Output, reference: string, folder: string): Promise<void> {
  const { id } = await findServerBackup(api, reference);
  let after: string | null | undefined;
  do {
    const page: { items: NodeView[]; nextAfter: string | null } = await api.get(`/backups/${id}/files`, {
      ...{ path: folder, limit: 2000, ...(after && { after }) },
    });
    for (const node of page.items) printNode(output, node);
    after = page.nextAfter;
  } while (after !== null);
}

export async function searchBackups(
  api: Api,
  output: Output,
  text: string,
  options: { plan?: string; backup?: string },
): Promise<void> {
  const backup = options.backup === undefined ? null : await findServerBackup(api, options.backup);
  if (!backup && options.plan === undefined) throw new CommandError('Give --plan or --backup.');
  const planId = backup?.planId ?? (await findPlan(api, options.plan ?? '')).id;
  type Found = NodeView & { firstBackupId: string; lastBackupId: string };
  const { items } = await api.get<{ items: Found[] }>(`/plans/${planId}/search`, {
    ...{ text, limit: 500, ...(backup && { backupId: backup.id }) },
  });
  output.table(
    items,
    [
      ['SIZE', (row) => (row.kind === 'file' ? bytes(row.size) : row.kind)],
      ['MODIFIED (UTC)', (row) => minute(row.modified)],
      ['LAST BACKUP', (row) => row.lastBackupId],
      ['PATH', (row) => row.path],
    ],
    'Nothing has this in its name.',
  );
}

export async function compareBackups(api: Api, output: Output, one: string, other: string): Promise<void> {
  const [a, b] = [await findServerBackup(api, one), await findServerBackup(api, other)];
  const sign: Record<string, string> = { added: '+', removed: '-', changed: '~' };
  let after: number | null | undefined;
  do {
    type Page = { items: { path: string; change: string }[]; next: number | null };
    const page: Page = await api.get<Page>(`/backups/${a.id}/compare`, {
      ...{ with: b.id, limit: 2000, ...(after != null && { after }) },
    });
    for (const each of page.items) {
      if (output.json) output.line(JSON.stringify(each));
      else output.line(`${sign[each.change] ?? '?'} ${printable(each.path)}`);
    }
    after = page.next;
  } while (after !== null);
}

export async function fetchContent(
  api: Api,
  output: Output,
  wish: {
    reference: string;
    path: string;
    file: string | undefined;
    archive: 'tar' | 'zip' | undefined;
    from: string | undefined;
  },
  signal: AbortSignal,
): Promise<void> {
  const backup = await findServerBackup(api, wish.reference);
  // A folder for x.zip is meant to be one; of a file the server sends its own content.
  const archive = wish.archive ?? (wish.file?.toLowerCase().endsWith('.zip') ? 'zip' : undefined);
  const from = wish.from === undefined ? backup.places[0]?.repositoryId : (await findRepository(api, wish.from)).id;
  warnOfDamage(output, backup, from);
  const query = {
    path: wish.path,
    ...(archive && { archive }),
    ...(wish.from !== undefined && { repositoryId: from }),
  };
  const answer = await api.stream('GET', `/backups/${backup.id}/content`, query, { signal });
  if (!answer.ok) throw await toCommandError(answer);
  if (!answer.body) throw new CommandError('The server sent nothing.', { exitCode: EXIT.failed });
  if (wish.file === '-') return pipeline(answer.body, process.stdout, { end: false });
  const { localObjects, streamSource } = await import('@sampan/storage');
  const isArchive = /x-tar|zip/.exec(answer.headers.get('content-type') ?? '')?.[0];
  const ending = isArchive ? (isArchive === 'zip' ? '.zip' : '.tar') : '';
  const target = path.resolve(wish.file ?? (path.posix.basename(wish.path) || 'backup') + ending);
  // Whole or not at all: the file appears when all of it came.
  const folder = localObjects(path.dirname(target), new Set());
  const source = streamSource(answer.body as unknown as AsyncIterable<Uint8Array>);
  const { size } = await folder.put(path.basename(target), source, { signal });
  if (output.json) output.data({ file: target, size });
  else output.note(`${target}: ${bytes(size)}`);
}

export async function deleteBackup(api: Api, output: Output, reference: string, yes: boolean): Promise<void> {
  const backup = await findServerBackup(api, reference);
  if (!yes) {
    throw new CommandError(
      `This deletes the backup of ${backup.planName} of ${minute(backup.time)}, in its mirrors too.`,
      {
        hint: 'Run it again with --yes.',
      },
    );
  }
  const operation = await api.remove<OperationView>(`/backups/${backup.id}`);
  await follow(api, output, [operation.id]);
}

export async function editBackup(
  api: Api,
  output: Output,
  reference: string,
  changes: { pinned?: boolean; title?: string; note?: string },
): Promise<void> {
  const backup = await findServerBackup(api, reference);
  if (Object.keys(changes).length === 0) throw new CommandError('Nothing is to be changed.', { hint: 'See --help.' });
  const saved = await api.patch<BackupView>(`/backups/${backup.id}`, changes);
  if (output.json) output.data(saved);
  else output.note('Saved.');
}

export async function restoreBackup(
  api: Api,
  output: Output,
  reference: string,
  wish: {
    target?: string;
    inPlace?: boolean;
    include?: string[];
    overwrite?: string;
    delete?: boolean;
    from?: string;
    verify?: boolean;
    dryRun?: boolean;
  },
): Promise<void> {
  if ((wish.target === undefined) !== (wish.inPlace === true)) {
    throw new CommandError('Give either --target FOLDER, on the server, or --in-place.', {
      hint: '--in-place restores to where things were, and is for administrators.',
    });
  }
  const backup = await findServerBackup(api, reference);
  const from = wish.from === undefined ? backup.places[0]?.repositoryId : (await findRepository(api, wish.from)).id;
  warnOfDamage(output, backup, from);
  const begun = await api.post<RestoreView>('/restores', {
    backupId: backup.id,
    ...(wish.target !== undefined && { target: wish.target }),
    ...(wish.include && { paths: wish.include }),
    ...(wish.overwrite && { overwrite: wish.overwrite }),
    ...(wish.delete && { deleteOthers: true }),
    ...(wish.from !== undefined && { repositoryId: from }),
    ...(wish.dryRun && { preview: true }),
  });
  const quiet = output.json;
  if (!quiet) await follow(api, output, [begun.id]);
  else await untilEnded(api, begun.id);
  const done = await api.get<RestoreView>(`/restores/${begun.id}`);
  if (quiet) output.data(done);
  else {
    for (const [action, { first, count }] of Object.entries(wish.dryRun ? (done.items ?? {}) : {})) {
      for (const { path: where } of first) output.line(`${action.padEnd(11)} ${printable(where)}`);
      if (count > first.length) output.line(`${action.padEnd(11)} … ${count - first.length} more`);
    }
    const would = wish.dryRun ? ' would be' : '';
    const deleted = wish.delete ? `, ${done.deleted}${would} deleted` : '';
    output.note(
      `${done.files} files and folders${would} restored (${bytes(done.bytes)}), ${done.untouched} untouched${deleted}`,
    );
  }
  for (const { path: where, reason } of done.failures) output.note(`✖ ${printable(where)}: ${printable(reason)}`);
  if (done.state === 'partial')
    throw new CommandError(`${done.failures.length} could not be restored.`, { exitCode: EXIT.failed });
}

function warnOfDamage(output: Output, { places, damagedAt }: BackupView, from: string | undefined): void {
  const place = places.find(({ repositoryId }) => repositoryId === from);
  // The server says that the backup is not there.
  if (!place) return;
  if (!place.repositoryDamaged && (damagedAt === null || place.isMirror)) return;
  const other = places.find(({ repositoryId, repositoryDamaged }) => repositoryId !== from && !repositoryDamaged);
  const what = other?.isMirror ? 'the mirror' : 'the repository';
  const advice = other ? ` Restore from ${what}: --from ${JSON.stringify(other.repositoryName)}` : '';
  output.note(`! Damage was found there: things may be missing or differ.${advice}`);
}

async function untilEnded(api: Api, id: string): Promise<void> {
  for (;;) {
    const { state } = await api.get<RestoreView>(`/restores/${id}`);
    if (state !== 'queued' && state !== 'running') return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

export async function listRestores(api: Api, output: Output, options: { plan?: string }): Promise<void> {
  const query = options.plan === undefined ? {} : { planId: (await findPlan(api, options.plan)).id };
  const rows: RestoreView[] = [];
  for await (const row of api.items<RestoreView>('/restores', query, 50)) rows.push(row);
  output.table(
    rows,
    [
      ['ID', (row) => row.id],
      ['WHEN (UTC)', (row) => minute(row.createdAt)],
      ['STATE', (row) => row.state],
      ['TARGET', (row) => row.target ?? 'in place'],
      ['FILES', (row) => row.files],
      ['SIZE', (row) => bytes(row.bytes)],
      ['FAILED', (row) => row.failures.length || null],
    ],
    'Nothing was restored yet.',
  );
}
