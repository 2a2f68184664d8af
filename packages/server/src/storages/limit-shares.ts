import type { StorageLimits } from './present.ts';

/** A storage as its limits are divided. */
export interface Divided {
  storageId: string;
  limits: StorageLimits;
  /** A folder of one server has no other servers at work with it. */
  isOfOneServer: boolean;
}

/**
 * Divides the limits of a storage among all who work with it, each with a process of its own: the gateways of backups, this server
 * itself, and the other servers on the same database. Each gets the same part, and one request at once at least.
 */
export class LimitShares {
  readonly #servers: () => number;
  readonly #gateways = new Map<string, number>();
  readonly #own = new Map<string, number>();

  /** @param servers how many live, this one included */
  constructor(servers: () => number) {
    this.#servers = servers;
  }

  /** A gateway works with the storage from now on, until what is returned is called. */
  gatewayBegins(storageId: string): () => void {
    return count(this.#gateways, storageId);
  }

  /** A request of this server itself, likewise. */
  requestBegins(storageId: string): () => void {
    return count(this.#own, storageId);
  }

  /** For requests of this server itself. */
  ownPart(storage: Divided): StorageLimits {
    return this.#divided(storage, this.#gatewaysOf(storage.storageId) + 1);
  }

  /** For each gateway. @param joining whether one more is about to begin */
  gatewayPart(storage: Divided, joining: boolean): StorageLimits {
    const gateways = this.#gatewaysOf(storage.storageId) + (joining ? 1 : 0);
    return this.#divided(storage, gateways + (this.#own.has(storage.storageId) ? 1 : 0));
  }

  #divided({ limits, isOfOneServer }: Divided, partsHere: number): StorageLimits {
    const parts = Math.max(1, partsHere) * (isOfOneServer ? 1 : Math.max(1, this.#servers()));
    const part = (limit: number | null): number | null =>
      limit === null ? null : Math.max(1, Math.floor(limit / parts));
    return {
      uploadBytesPerSecond: part(limits.uploadBytesPerSecond),
      downloadBytesPerSecond: part(limits.downloadBytesPerSecond),
      concurrency: part(limits.concurrency),
    };
  }

  #gatewaysOf(storageId: string): number {
    return this.#gateways.get(storageId) ?? 0;
  }
}

function count(counts: Map<string, number>, storageId: string): () => void {
  counts.set(storageId, (counts.get(storageId) ?? 0) + 1);
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    const left = (counts.get(storageId) ?? 1) - 1;
    if (left === 0) counts.delete(storageId);
    else counts.set(storageId, left);
  };
}
