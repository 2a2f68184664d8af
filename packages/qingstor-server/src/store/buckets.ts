import type { StatementSync } from 'node:sqlite';
import { QingStorServerError } from '../errors.ts';
import type { BucketRecord, SettingKind, StorageClass, Usage } from './records.ts';
import type { StoreCore } from './store.ts';

function toBucket(row: Record<string, unknown>): BucketRecord {
  return {
    id: Number(row.id),
    name: String(row.name),
    zone: String(row.zone),
    owner: String(row.owner),
    created: Number(row.created),
  };
}

/** Buckets, their settings and how much is in them. */
export class Buckets {
  private readonly core: StoreCore;
  private readonly cache = new Map<string, BucketRecord>();
  private readonly settingCache = new Map<string, unknown>();
  private readonly statements: Record<
    | 'insert'
    | 'byName'
    | 'byId'
    | 'all'
    | 'delete'
    | 'clear'
    | 'isUsed'
    | 'usage'
    | 'putSetting'
    | 'deleteSetting'
    | 'clearUsage'
    | 'count',
    StatementSync
  >;

  constructor(core: StoreCore) {
    this.core = core;
    const sql = (text: string) => core.database.prepare(text);
    this.statements = {
      all: sql('SELECT * FROM buckets'),
      byName: sql('SELECT owner FROM buckets WHERE name = ?'),
      byId: sql('SELECT 1 FROM buckets WHERE id = ?'),
      insert: sql('INSERT INTO buckets (name, zone, owner, created) VALUES (?, ?, ?, ?) RETURNING *'),
      delete: sql('DELETE FROM buckets WHERE id = ?'),
      clear: sql('DELETE FROM settings WHERE bucket = ?'),
      clearUsage: sql('DELETE FROM usage WHERE bucket = ?'),
      isUsed: sql('SELECT 1 FROM objects WHERE bucket = ? LIMIT 1'),
      usage: sql('SELECT class, count, size FROM usage WHERE bucket = ? ORDER BY class'),
      putSetting: sql('INSERT OR REPLACE INTO settings VALUES (?, ?, ?)'),
      deleteSetting: sql('DELETE FROM settings WHERE bucket = ? AND kind = ?'),
      count: sql(
        'INSERT INTO usage VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count, size = size + excluded.size',
      ),
    };
    for (const row of this.statements.all.all()) {
      const bucket = toBucket(row);
      this.cache.set(bucket.name, bucket);
    }
    for (const row of core.database.prepare('SELECT * FROM settings').all()) {
      this.settingCache.set(`${row.bucket} ${row.kind}`, JSON.parse(String(row.value)));
    }
  }

  find(name: string): BucketRecord | undefined {
    return this.cache.get(name);
  }

  /** In the order of their names. */
  list(): BucketRecord[] {
    return [...this.cache.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  async create(name: string, zone: string, owner: string, acl: unknown): Promise<BucketRecord> {
    const bucket = await this.core.committer.run(() => {
      const existing = this.statements.byName.get(name);
      if (existing) {
        throw new QingStorServerError(existing.owner === owner ? 'bucket_already_owned' : 'bucket_already_exists');
      }
      const made = toBucket(this.statements.insert.get(name, zone, owner, this.core.now()) ?? {});
      this.statements.putSetting.run(made.id, 'acl', JSON.stringify(acl));
      return made;
    });
    this.cache.set(name, bucket);
    this.settingCache.set(`${bucket.id} acl`, acl);
    return bucket;
  }

  /** Uploads that were not completed go with it. */
  async delete(bucket: BucketRecord, dropUploads: () => number[]): Promise<void> {
    const blobs = await this.core.committer.run(() => {
      if (this.statements.isUsed.get(bucket.id)) throw new QingStorServerError('bucket_not_empty');
      const parts = dropUploads();
      this.core.trash.note(parts);
      this.statements.clear.run(bucket.id);
      this.statements.clearUsage.run(bucket.id);
      this.statements.delete.run(bucket.id);
      return parts;
    });
    if (this.cache.get(bucket.name)?.id === bucket.id) this.cache.delete(bucket.name);
    for (const key of this.settingCache.keys()) if (key.startsWith(`${bucket.id} `)) this.settingCache.delete(key);
    this.core.trash.sweep(blobs);
  }

  /** Inside of a transaction: whether the bucket is still the one that a request began with. */
  mustExist(bucket: number): void {
    if (this.statements.byId.get(bucket)) return;
    throw new QingStorServerError('bucket_not_exists');
  }

  setting<T>(bucket: BucketRecord, kind: SettingKind): T | undefined {
    return this.settingCache.get(`${bucket.id} ${kind}`) as T | undefined;
  }

  async putSetting(bucket: BucketRecord, kind: SettingKind, value: unknown): Promise<void> {
    await this.core.committer.run(() => {
      this.mustExist(bucket.id);
      this.statements.putSetting.run(bucket.id, kind, JSON.stringify(value));
    });
    this.settingCache.set(`${bucket.id} ${kind}`, value);
  }

  async deleteSetting(bucket: BucketRecord, kind: SettingKind): Promise<void> {
    await this.core.committer.run(() => this.statements.deleteSetting.run(bucket.id, kind));
    this.settingCache.delete(`${bucket.id} ${kind}`);
  }

  /** Inside of a transaction. */
  count(bucket: number, storageClass: StorageClass, count: number, size: number): void {
    this.statements.count.run(bucket, storageClass, count, size);
  }

  usage(bucket: BucketRecord): Usage[] {
    return this.statements.usage.all(bucket.id).map((row) => ({
      storageClass: String(row.class) as StorageClass,
      count: Number(row.count),
      size: Number(row.size),
    }));
  }
}
