import type { StatementSync } from 'node:sqlite';
import { QingStorServerError } from '../errors.ts';
import type { Buckets } from './buckets.ts';
import { keyBytes, keyText } from './key.ts';
import type { NewObject, ObjectRecord, Segment, StorageClass } from './records.ts';
import type { StoreCore } from './store.ts';

export function toObject(row: Record<string, unknown>): ObjectRecord {
  return {
    id: Number(row.id),
    key: keyText(row.key),
    size: Number(row.size),
    etag: String(row.etag),
    mime: String(row.mime),
    modified: Number(row.modified),
    storageClass: String(row.class) as StorageClass,
    details: JSON.parse(String(row.details)),
  };
}

/** Looks at what is there, inside of the transaction that replaces it; throws to refuse. */
export type Expectation = (current: ObjectRecord | undefined) => void;

export interface Opened {
  object: ObjectRecord;
  segments: readonly Segment[];
  /** To be called when the bytes were read. */
  release(): void;
}

/** Objects. Whatever replaces or removes one does it in one transaction; readers of the old bytes finish undisturbed. */
export class Objects {
  private readonly core: StoreCore;
  private readonly buckets: Buckets;
  private readonly statements: Record<
    'get' | 'put' | 'delete' | 'segments' | 'putSegment' | 'deleteSegments' | 'grow' | 'reclass',
    StatementSync
  >;

  constructor(core: StoreCore, buckets: Buckets) {
    this.core = core;
    this.buckets = buckets;
    const sql = (text: string) => core.database.prepare(text);
    this.statements = {
      get: sql('SELECT * FROM objects WHERE bucket = ? AND key = ?'),
      put: sql('INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
      delete: sql('DELETE FROM objects WHERE bucket = ? AND key = ?'),
      segments: sql('SELECT blob, size, nonce FROM segments WHERE object = ? ORDER BY ordinal'),
      putSegment: sql('INSERT INTO segments VALUES (?, ?, ?, ?, ?)'),
      deleteSegments: sql('DELETE FROM segments WHERE object = ? RETURNING blob'),
      reclass: sql('UPDATE objects SET class = ? WHERE bucket = ? AND key = ?'),
      grow: sql('UPDATE objects SET size = ?, etag = ?, modified = ? WHERE bucket = ? AND key = ?'),
    };
  }

  get(bucket: number, key: string): ObjectRecord | undefined {
    const row = this.statements.get.get(bucket, keyBytes(key));
    return row && toObject(row);
  }

  segments(object: ObjectRecord): Segment[] {
    return this.statements.segments.all(object.id).map((row) => ({
      blob: Number(row.blob),
      size: Number(row.size),
      nonce: row.nonce instanceof Uint8Array ? row.nonce : null,
    }));
  }

  /** The object with its bytes held in place. */
  openObject(object: ObjectRecord): Opened {
    const segments = this.segments(object);
    return { object, segments, release: this.core.blobs.pin(segments.map(({ blob }) => blob)) };
  }

  /** Inside of a transaction: takes what is at a key away; its data files are noted as trash and returned. */
  private take(bucket: number, current: ObjectRecord): number[] {
    const blobs = this.statements.deleteSegments.all(current.id).map((row) => Number(row.blob));
    this.core.trash.note(blobs);
    this.statements.delete.run(bucket, keyBytes(current.key));
    this.buckets.count(bucket, current.storageClass, -1, -current.size);
    return blobs;
  }

  /** Inside of a transaction. The modification time never goes back when a key is overwritten. */
  insert(object: NewObject, expect?: Expectation): { record: ObjectRecord; freed: number[] } {
    this.buckets.mustExist(object.bucket);
    const current = this.get(object.bucket, object.key);
    expect?.(current);
    const freed = current ? this.take(object.bucket, current) : [];
    const id = this.core.blobs.nextId();
    const modified = this.core.now();
    const { bucket, key, size, etag, mime, storageClass, details } = object;
    this.statements.put.run(
      bucket,
      keyBytes(key),
      id,
      size,
      etag,
      mime,
      modified,
      storageClass,
      JSON.stringify(details),
    );
    object.segments.forEach((segment, ordinal) => {
      this.statements.putSegment.run(id, ordinal, segment.blob, segment.size, segment.nonce);
    });
    this.buckets.count(bucket, storageClass, 1, size);
    return { record: { id, key, size, etag, mime, modified, storageClass, details }, freed };
  }

  /** Atomic: whoever reads sees the old object or the new one. On failure the new data files are removed. */
  async put(object: NewObject, expect?: Expectation): Promise<ObjectRecord> {
    try {
      const { record, freed } = await this.core.committer.run(() => this.insert(object, expect));
      this.core.trash.sweep(freed);
      return record;
    } catch (error) {
      await this.discard(object.segments.map(({ blob }) => blob));
      throw error;
    }
  }

  /** Removes data files that never got a reference. */
  async discard(blobs: readonly number[]): Promise<void> {
    for (const blob of blobs) if (blob > 0) await this.core.blobs.remove(blob).catch(() => false);
  }

  /** Missing keys count as deleted. */
  async delete(bucket: number, keys: readonly string[]): Promise<void> {
    await this.deleteIf(bucket, keys, () => true);
  }

  /** Deletes those for which `condition` holds, looked at inside of the transaction. */
  async deleteIf(
    bucket: number,
    keys: readonly string[],
    condition: (current: ObjectRecord | undefined) => boolean,
  ): Promise<void> {
    const freed = await this.core.committer.run(() =>
      keys.flatMap((key) => {
        const current = this.get(bucket, key);
        return condition(current) && current ? this.take(bucket, current) : [];
      }),
    );
    this.core.trash.sweep(freed);
  }

  /** Changes the storage class of those for which `condition` holds; nothing else changes. */
  async reclass(
    bucket: number,
    keys: readonly string[],
    storageClass: StorageClass,
    condition: (current: ObjectRecord | undefined) => boolean,
  ): Promise<void> {
    await this.core.committer.run(() => {
      for (const key of keys) {
        const current = this.get(bucket, key);
        if (!current || !condition(current)) continue;
        this.statements.reclass.run(storageClass, bucket, keyBytes(key));
        this.buckets.count(bucket, current.storageClass, -1, -current.size);
        this.buckets.count(bucket, storageClass, 1, current.size);
      }
    });
  }

  /** The same bytes under another name, in one transaction. `source` must still be what it was. */
  async move(
    from: { bucket: number; object: ObjectRecord },
    to: Omit<NewObject, 'segments' | 'size' | 'etag'>,
  ): Promise<ObjectRecord> {
    const { record, freed } = await this.core.committer.run(() => {
      const source = this.get(from.bucket, from.object.key);
      if (source?.id !== from.object.id) throw new QingStorServerError('object_not_exists');
      const segments = this.segments(source);
      this.statements.deleteSegments.all(source.id);
      this.statements.delete.run(from.bucket, keyBytes(source.key));
      this.buckets.count(from.bucket, source.storageClass, -1, -source.size);
      return this.insert({ ...to, size: source.size, etag: source.etag, segments });
    });
    this.core.trash.sweep(freed);
    return record;
  }

  /** One more segment at the end of an appendable object. */
  async append(
    bucket: number,
    key: string,
    segment: Segment,
    etag: (before: string) => string,
    position: number,
  ): Promise<ObjectRecord> {
    try {
      return await this.core.committer.run(() => {
        const current = this.get(bucket, key);
        if (!current?.details.appendable)
          throw new QingStorServerError('invalid_object_state', 'The object cannot be appended to.');
        if (current.size !== position) throw new QingStorServerError('invalid_position');
        const ordinal = this.segments(current).length;
        if (segment.size > 0)
          this.statements.putSegment.run(current.id, ordinal, segment.blob, segment.size, segment.nonce);
        const grown = {
          ...current,
          size: current.size + segment.size,
          etag: etag(current.etag),
          modified: this.core.now(),
        };
        this.statements.grow.run(grown.size, grown.etag, grown.modified, bucket, keyBytes(key));
        this.buckets.count(bucket, current.storageClass, 0, segment.size);
        return grown;
      });
    } catch (error) {
      await this.discard([segment.blob]);
      throw error;
    }
  }
}
