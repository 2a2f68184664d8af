import { SampanError } from '@sampan/driver';
import type { Bucket, BucketPolicy, NewBucket } from '@sampan/storage';
import { audited } from '../platform/audited.ts';
import type { Changes } from '../platform/changes.ts';
import type { Actor } from '../policy/actor.ts';
import type { LiveStorage, StorageConnections } from '../storages/connections.ts';
import { prefixOf } from '../storages/present.ts';

/** Buckets live in the cloud only: each call asks it. */
export class BucketService {
  readonly #connections: StorageConnections;
  readonly #changes: Changes;

  constructor(parts: { connections: StorageConnections; changes: Changes }) {
    this.#connections = parts.connections;
    this.#changes = parts.changes;
  }

  async list(storageId: string, signal: AbortSignal): Promise<readonly Bucket[]> {
    const storage = await this.#connections.live(storageId);
    const found = await storage.buckets((buckets) => buckets.list({ signal }));
    return [...found].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async create(storageId: string, wish: NewBucket, actor: Actor, signal: AbortSignal): Promise<void> {
    const storage = await this.#connections.live(storageId);
    const { name, zone = null, access = 'private' } = wish;
    const entry = this.#entry(storage, actor, 'bucket.create', { bucket: name, zone, access });
    await audited(this.#changes, entry, () => storage.buckets((buckets) => buckets.create(wish, { signal })));
  }

  async delete(
    storageId: string,
    name: string,
    zone: string | undefined,
    actor: Actor,
    signal: AbortSignal,
  ): Promise<void> {
    const storage = await this.#connections.live(storageId);
    const entry = this.#entry(storage, actor, 'bucket.delete', { bucket: name, zone: zone ?? null });
    await audited(this.#changes, entry, () => storage.buckets((buckets) => buckets.delete(name, { zone, signal })));
  }

  async policy(storageId: string, bucket: string, prefix: string | undefined): Promise<BucketPolicy> {
    const storage = await this.#connections.live(storageId);
    return storage.buckets(async (buckets) => {
      const policy = buckets.policy?.(bucket, prefix ?? prefixOf(storage.row));
      if (policy) return policy;
      throw new SampanError('not_supported', 'Sampan knows no policy for this kind of storage.', {
        hint: 'Give the key of this storage rights to list, read, write and delete objects of the bucket.',
      });
    });
  }

  #entry({ row }: LiveStorage, actor: Actor, action: string, difference: Record<string, string | null>) {
    return { actor, action, resource: { kind: 'storage', id: row.id, name: row.name }, difference };
  }
}
