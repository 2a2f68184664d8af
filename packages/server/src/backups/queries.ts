import type { RetainedBackup } from '@sampan/backup';
import type { Database } from '../platform/database/open.ts';
import { countRows, type Page, parseSort, readPage } from '../platform/http/page.ts';
import { fromJson } from '../platform/json.ts';
import { isoTime, isoTimeOrNull } from '../platform/time.ts';
import { readBackup, retainedBackups } from './store.ts';
import type { BackupRow } from './tables.ts';

/** Names of what other features keep. */
export type Names = (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;

type MentionedRepositories = ReadonlyMap<string, { name: string; isDamaged: boolean }>;
export type MentionRepositories = (ids: readonly string[]) => Promise<MentionedRepositories>;

interface Copy {
  repository_id: string;
  snapshot_id: string;
}

function presentBackup(
  row: BackupRow,
  more: { planName: string; copies: readonly Copy[]; repositories: MentionedRepositories },
) {
  const place = (repositoryId: string, snapshotId: string, isMirror: boolean) => ({
    ...{ repositoryId, snapshotId, isMirror },
    repositoryName: more.repositories.get(repositoryId)?.name ?? '',
    repositoryDamaged: more.repositories.get(repositoryId)?.isDamaged ?? false,
  });
  return {
    id: row.id,
    revision: row.revision,
    planId: row.plan_id,
    planName: more.planName,
    runId: row.run_id,
    snapshotId: row.snapshot_id,
    time: isoTime(row.time),
    state: row.state,
    unreadCount: row.unread_count,
    files: row.files,
    bytes: row.bytes,
    bytesAdded: row.bytes_added,
    filesNew: row.files_new,
    filesChanged: row.files_changed,
    paths: fromJson<string[]>(row.paths),
    tags: fromJson<string[]>(row.tags),
    title: row.title,
    note: row.note,
    pinned: row.pinned === 1,
    isIndexed: row.indexed_at !== null,
    provenAt: isoTimeOrNull(row.proven_at),
    damagedAt: isoTimeOrNull(row.damaged_at),
    places: [
      place(row.repository_id, row.snapshot_id, false),
      ...more.copies.map((copy) => place(copy.repository_id, copy.snapshot_id, true)),
    ],
  };
}

export type BackupView = ReturnType<typeof presentBackup>;

/** Backups as the API shows them. */
export class BackupQueries {
  readonly #database: Database;
  #planNames: Names = async () => new Map();
  #mentionRepositories: MentionRepositories = async () => new Map();

  constructor(parts: { database: Database }) {
    this.#database = parts.database;
  }

  useNames(names: { plans: Names; repositories: MentionRepositories }): void {
    this.#planNames = names.plans;
    this.#mentionRepositories = names.repositories;
  }

  async list(request: {
    limit: number;
    cursor?: string | undefined;
    sort?: string | undefined;
    count: boolean;
    planId?: string | undefined;
    pinned?: boolean | undefined;
  }): Promise<Page<BackupView>> {
    const sort = parseSort(request.sort, { time: 'time' }, '-time');
    let query = this.#database.query.selectFrom('backups').selectAll();
    if (request.planId !== undefined) query = query.where('plan_id', '=', request.planId);
    if (request.pinned !== undefined) query = query.where('pinned', '=', request.pinned ? 1 : 0);
    const { rows, nextCursor } = await readPage(query, 'backups', sort, request);
    const page: Page<BackupView> = { items: await this.present(rows), nextCursor };
    if (request.count) page.count = await countRows(this.#database.query, query);
    return page;
  }

  async get(id: string): Promise<BackupView> {
    const [view] = await this.present([await readBackup(this.#database.query, id)]);
    if (!view) throw new Error('a row was not shown');
    return view;
  }

  async views(ids: readonly string[]): Promise<Map<string, BackupView>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#database.query
      .selectFrom('backups')
      .selectAll()
      .where('id', 'in', [...ids])
      .execute();
    return new Map((await this.present(rows)).map((view) => [view.id, view]));
  }

  retained(planId: string): Promise<RetainedBackup[]> {
    return retainedBackups(this.#database.query, planId);
  }

  /** Which backup of ours each snapshot of a repository is, be it the first or a copy. */
  async ofSnapshots(repositoryId: string, snapshotIds: readonly string[]): Promise<Map<string, string>> {
    if (snapshotIds.length === 0) return new Map();
    const found = new Map<string, string>();
    for (let at = 0; at < snapshotIds.length; at += 500) {
      const some = snapshotIds.slice(at, at + 500);
      const own = await this.#database.query
        .selectFrom('backups')
        .select(['id', 'snapshot_id'])
        .where('repository_id', '=', repositoryId)
        .where('snapshot_id', 'in', some)
        .execute();
      const copies = await this.#database.query
        .selectFrom('backup_copies')
        .select(['backup_id as id', 'snapshot_id'])
        .where('repository_id', '=', repositoryId)
        .where('snapshot_id', 'in', some)
        .execute();
      for (const { id, snapshot_id } of [...own, ...copies]) found.set(snapshot_id, id);
    }
    return found;
  }

  async present(rows: readonly BackupRow[]): Promise<BackupView[]> {
    if (rows.length === 0) return [];
    const copies = await this.#database.query
      .selectFrom('backup_copies')
      .selectAll()
      .where(
        'backup_id',
        'in',
        rows.map((row) => row.id),
      )
      .execute();
    const places = new Set([...rows, ...copies].map((row) => row.repository_id));
    const repositories = await this.#mentionRepositories([...places]);
    const plans = await this.#planNames([...new Set(rows.map((row) => row.plan_id))]);
    return rows.map((row) =>
      presentBackup(row, {
        planName: plans.get(row.plan_id) ?? '',
        copies: copies.filter((copy) => copy.backup_id === row.id),
        repositories,
      }),
    );
  }
}
