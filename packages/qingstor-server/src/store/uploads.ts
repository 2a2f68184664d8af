import { randomBytes } from 'node:crypto';
import type { StatementSync } from 'node:sqlite';
import { QingStorServerError } from '../errors.ts';
import { keyBytes, keyText } from './key.ts';
import { type Page, type PageRequest, paginate } from './listing.ts';
import type { Expectation, Objects } from './objects.ts';
import type { CustomerKeyCheck, NewObject, ObjectFields, ObjectRecord, PartRecord, UploadRecord } from './records.ts';
import type { StoreCore } from './store.ts';

function toUpload(row: Record<string, unknown>): UploadRecord {
  return {
    id: String(row.id),
    bucket: Number(row.bucket),
    key: keyText(row.key),
    created: Number(row.created),
    fields: JSON.parse(String(row.fields)),
    customerKey: row.customer_key === null ? null : JSON.parse(String(row.customer_key)),
  };
}

function toPart(row: Record<string, unknown>): PartRecord {
  return {
    number: Number(row.number),
    size: Number(row.size),
    etag: String(row.etag),
    created: Number(row.created),
    blob: Number(row.blob),
    nonce: row.nonce instanceof Uint8Array ? row.nonce : null,
  };
}

/** Multipart uploads. A completed object takes the data files of its parts over: nothing is read or copied again. */
export class Uploads {
  private readonly core: StoreCore;
  private readonly objectsOf: Objects;
  private readonly statements: Record<
    | 'insert'
    | 'get'
    | 'delete'
    | 'page'
    | 'old'
    | 'parts'
    | 'part'
    | 'putPart'
    | 'dropParts'
    | 'ofBucket'
    | 'dropUploads',
    StatementSync
  >;

  constructor(core: StoreCore, objects: Objects) {
    this.core = core;
    this.objectsOf = objects;
    const sql = (text: string) => core.database.prepare(text);
    this.statements = {
      insert: sql('INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?)'),
      get: sql('SELECT * FROM uploads WHERE bucket = ? AND key = ? AND id = ?'),
      delete: sql('DELETE FROM uploads WHERE bucket = ? AND key = ? AND id = ?'),
      page: sql('SELECT * FROM uploads WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key, id'),
      old: sql('SELECT * FROM uploads WHERE bucket = ? AND created < ?'),
      parts: sql('SELECT * FROM parts WHERE upload = ? AND number > ? ORDER BY number LIMIT ?'),
      part: sql('SELECT * FROM parts WHERE upload = ? AND number = ?'),
      putPart: sql('INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)'),
      dropParts: sql('DELETE FROM parts WHERE upload = ? RETURNING blob'),
      ofBucket: sql('SELECT id FROM uploads WHERE bucket = ?'),
      dropUploads: sql('DELETE FROM uploads WHERE bucket = ?'),
    };
  }

  async create(
    bucket: number,
    key: string,
    fields: ObjectFields,
    customerKey: CustomerKeyCheck | null,
  ): Promise<UploadRecord> {
    const upload = { id: randomBytes(16).toString('hex'), bucket, key, created: this.core.now(), fields, customerKey };
    await this.core.committer.run(() => {
      const sealed = customerKey && JSON.stringify(customerKey);
      this.statements.insert.run(bucket, keyBytes(key), upload.id, upload.created, JSON.stringify(fields), sealed);
    });
    return upload;
  }

  /** Throws `upload_not_exists`. */
  get(bucket: number, key: string, id: string): UploadRecord {
    const row = this.statements.get.get(bucket, keyBytes(key), id);
    if (!row) throw new QingStorServerError('upload_not_exists');
    return toUpload(row);
  }

  /** The same number again replaces. */
  async putPart(upload: UploadRecord, part: Omit<PartRecord, 'created'>): Promise<PartRecord> {
    const stored = { ...part, created: this.core.now() };
    try {
      const freed = await this.core.committer.run(() => {
        this.get(upload.bucket, upload.key, upload.id);
        const before = this.statements.part.get(upload.id, part.number);
        const replaced = before ? [Number(before.blob)] : [];
        this.core.trash.note(replaced);
        const { number, size, etag, created, blob, nonce } = stored;
        this.statements.putPart.run(upload.id, number, size, etag, created, blob, nonce);
        return replaced;
      });
      this.core.trash.sweep(freed);
      return stored;
    } catch (error) {
      await this.objectsOf.discard([part.blob]);
      throw error;
    }
  }

  /** In increasing order, those after `marker` (-1 for all). */
  parts(upload: UploadRecord, marker: number, limit: number): PartRecord[] {
    return this.statements.parts.all(upload.id, marker, limit).map(toPart);
  }

  /**
   * Makes the object, in one transaction. `choose` picks from all parts, in increasing order, those that count, and says
   * what the object is; the others are removed.
   */
  async complete(
    upload: UploadRecord,
    choose: (parts: PartRecord[]) => {
      parts: PartRecord[];
      object: Omit<NewObject, 'segments' | 'size' | 'bucket' | 'key'>;
    },
    expect?: Expectation,
  ): Promise<ObjectRecord> {
    const { record, freed } = await this.core.committer.run(() => {
      this.get(upload.bucket, upload.key, upload.id);
      const all = this.parts(upload, -1, -1);
      const { parts, object } = choose(all);
      const used = new Set(parts.map(({ number }) => number));
      const unused = all.filter(({ number }) => !used.has(number)).map(({ blob }) => blob);
      this.core.trash.note(unused);
      this.statements.dropParts.all(upload.id);
      this.statements.delete.run(upload.bucket, keyBytes(upload.key), upload.id);
      const segments = parts.filter(({ size }) => size > 0);
      const size = parts.reduce((sum, part) => sum + part.size, 0);
      const inserted = this.objectsOf.insert(
        { ...object, bucket: upload.bucket, key: upload.key, size, segments },
        expect,
      );
      return { record: inserted.record, freed: [...unused, ...inserted.freed] };
    });
    this.core.trash.sweep(freed);
    return record;
  }

  /** Without a trace; what is gone already is no error. */
  async abort(bucket: number, key: string, id: string): Promise<void> {
    const freed = await this.core.committer.run(() => {
      if (!this.statements.get.get(bucket, keyBytes(key), id)) return [];
      const blobs = this.statements.dropParts.all(id).map((row) => Number(row.blob));
      this.core.trash.note(blobs);
      this.statements.delete.run(bucket, keyBytes(key), id);
      return blobs;
    });
    this.core.trash.sweep(freed);
  }

  /** Inside of a transaction: all uploads of a bucket go; returns their data files. */
  dropAll(bucket: number): number[] {
    const uploads = this.statements.ofBucket.all(bucket).map((row) => String(row.id));
    const blobs = uploads.flatMap((id) => this.statements.dropParts.all(id).map((row) => Number(row.blob)));
    this.statements.dropUploads.run(bucket);
    return blobs;
  }

  /** By key, then id. A marker without an id leaves out all uploads of its key. */
  list(bucket: number, request: PageRequest & { idMarker: string }): Page<UploadRecord> {
    const { marker, idMarker } = request;
    const rows = (from: Buffer, to: Buffer) => this.statements.page.iterate(bucket, from, to);
    if (idMarker === '') return paginate(request, rows, toUpload);
    // The key itself may still have uploads: begin at it, and leave out those up to the id.
    const after = (row: Record<string, unknown>) => keyText(row.key) !== marker || String(row.id) > idMarker;
    const fromMarker = keyBytes(marker);
    const bounded = (from: Buffer, to: Buffer) =>
      rows(
        Buffer.compare(from, fromMarker) > 0 &&
          from.length === fromMarker.length + 1 &&
          from.subarray(0, -1).equals(fromMarker)
          ? fromMarker
          : from,
        to,
      );
    return paginate(request, bounded, toUpload, after);
  }

  olderThan(bucket: number, created: number): UploadRecord[] {
    return this.statements.old.all(bucket, created).map(toUpload);
  }
}
