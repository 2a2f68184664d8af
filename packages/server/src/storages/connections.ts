import { homedir } from 'node:os';
import type { GatewayStorage } from '@sampan/backup';
import { type OptionValues, SampanError } from '@sampan/driver';
import type {
  Buckets,
  ObjectStore,
  ObservedRequest,
  StorageDriver,
  StorageDriverType,
  StorageEnvironment,
} from '@sampan/storage';
import type { Database } from '../platform/database/open.ts';
import { type Egress, FORBIDDEN_NETWORKS } from '../platform/egress.ts';
import { RemoteError } from '../platform/http/problem.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import { LimitShares } from './limit-shares.ts';
import { borrowed, LiveStore } from './live-store.ts';
import { limitsOf, type StorageLimits } from './present.ts';
import { openOptions, readStorage } from './store.ts';
import type { StorageRow } from './tables.ts';
import type { StorageTraffic } from './traffic.ts';
import type { StorageTypes } from './types.ts';

/** A driver that was replaced is closed after its last call, or after this time. */
const CLOSE_AFTER_MS = 10_000;

/** One generation of a storage's driver. */
interface Open {
  optionsRevision: number;
  driver: StorageDriver;
  users: number;
  isRetired: boolean;
  isClosed: boolean;
}

/** What outlives the generations: the limits and those who wait for them. */
interface Shared {
  limits: StorageLimits;
  isOfOneServer: boolean;
  store: LiveStore | undefined;
}

/** A storage to work with, as it is at each moment: an edit reaches running work at its next request. */
export interface LiveStorage {
  /** As it was when it was asked for. */
  readonly row: StorageRow;
  readonly bucketName: string | null;
  readonly hasBuckets: boolean;
  /** The objects of a bucket, or of the storage's own. @throws SampanError `bucket_needed` */
  objects(bucket?: string): ObjectStore;
  /**
   * The same for calls inside of another one, such as the reading of what is being put elsewhere: they do not wait for the
   * limit of requests at once, since two that wait for each other's storage would wait for ever. The caller keeps to
   * `concurrency` itself.
   */
  unqueued(bucket?: string): ObjectStore;
  /** The limit of requests at once as it is now; null: none. */
  concurrency(): number | null;
  /** @throws SampanError `not_supported` */
  buckets<T>(work: (buckets: Buckets) => Promise<T>): Promise<T>;
}

/** The environment of this process, as a driver may see it: what is Sampan's own stays with Sampan. */
function ownEnvironment(): NonNullable<StorageEnvironment['environment']> {
  const variables = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SAMPAN_')));
  return { variables, homeFolder: homedir() };
}

/** One driver per storage, made when first needed and made anew after its options changed. */
export class StorageConnections {
  readonly #database: Database;
  readonly #sealer: Sealer;
  readonly #types: StorageTypes;
  readonly #egress: Pick<Egress, 'lookup' | 'allowsAddress'>;
  readonly #traffic: StorageTraffic;
  readonly #metrics: Pick<Metrics, 'storageRequests' | 'storageBytes'>;
  readonly #nodeId: string;
  readonly #checkFolder: (folder: string) => void;
  readonly #open = new Map<string, Open>();
  readonly #shared = new Map<string, Shared>();
  readonly #closing = new Set<Promise<void>>();
  readonly #shares: LimitShares;

  constructor(parts: {
    database: Database;
    sealer: Sealer;
    types: StorageTypes;
    egress: Pick<Egress, 'lookup' | 'allowsAddress'>;
    traffic: StorageTraffic;
    metrics: Pick<Metrics, 'storageRequests' | 'storageBytes'>;
    nodeId: string;
    checkFolder: (folder: string) => void;
    /** How many servers live: they divide the limits of a storage. */
    liveServers: () => number;
  }) {
    this.#database = parts.database;
    this.#sealer = parts.sealer;
    this.#types = parts.types;
    this.#egress = parts.egress;
    this.#traffic = parts.traffic;
    this.#metrics = parts.metrics;
    this.#nodeId = parts.nodeId;
    this.#checkFolder = parts.checkFolder;
    this.#shares = new LimitShares(parts.liveServers);
  }

  /** @throws SampanError `not_found`, `storage_on_other_node` */
  async live(storageId: string): Promise<LiveStorage> {
    const { open, row } = await this.#current(storageId);
    const shared = this.#sharedOf(row);
    const borrow = () => this.#borrow(storageId);
    const limits = () => this.#shares.ownPart({ storageId, ...shared });
    const shaped = (bucket: string | undefined) => {
      // The newest that is known: the one of before may be closed by now.
      const shape = shapeOf((this.#open.get(storageId) ?? open).driver, bucket);
      shared.store ??= new LiveStore(shape, borrow, limits);
      return { shape, store: shared.store };
    };
    return {
      row,
      bucketName: open.driver.bucketName,
      hasBuckets: open.driver.buckets !== null,
      objects: (bucket) => {
        const { shape, store } = shaped(bucket);
        return store.objects(shape, bucket);
      },
      unqueued: (bucket) => {
        const { shape, store } = shaped(bucket);
        return store.unqueued(shape, bucket);
      },
      concurrency: () => limits().concurrency,
      buckets: (work) =>
        borrowed(borrow, async (driver) => {
          if (driver.buckets) return work(driver.buckets);
          throw new SampanError('not_supported', 'This kind of storage has no buckets that Sampan can manage.', {
            hint: 'GET /api/v1/storage-types tells what each kind can do.',
          });
        }),
    };
  }

  /** Its part of the limits from now on, until what is returned is called. */
  gatewayBegins(storageId: string): () => void {
    return this.#shares.gatewayBegins(storageId);
  }

  /**
   * What a gateway needs to reach the storage by itself, secrets included, with its part of the limits; `revision` grows with each edit.
   * @param joining whether it is one more, and not one that has begun
   */
  async forGateway(
    storageId: string,
    joining: boolean,
  ): Promise<{ storage: Omit<GatewayStorage, 'prefix'>; revision: number }> {
    const row = await readStorage(this.#database.query, storageId);
    this.demandHere(row);
    const { options } = await openOptions(this.#database.query, this.#sealer, storageId);
    const limits = this.#shares.gatewayPart({ storageId, ...this.#sharedOf(row), limits: limitsOf(row) }, joining);
    const storage = {
      ...{ type: row.type, options, bucket: null, limits, forbiddenNetworks: FORBIDDEN_NETWORKS },
      ...(options.environmentAuth === true && { environment: ownEnvironment() }),
    };
    return { storage, revision: row.revision };
  }

  /** Counts what went over the wire outside of this process. */
  observe(storageId: string, type: string, requests: readonly ObservedRequest[]): void {
    for (const request of requests) this.#count(storageId, type, request);
  }

  /** A driver that is not kept, e.g. to test options that are not saved. Close it. */
  make(type: StorageDriverType, options: OptionValues, storageId: string | null): StorageDriver {
    return type.create(options, this.#environment(type, options, storageId));
  }

  /** Limits as they were just saved: work under way here follows at once, that of other servers at its next request. */
  useLimits(row: StorageRow): void {
    const shared = this.#shared.get(row.id);
    if (shared) shared.limits = limitsOf(row);
  }

  /** @throws SampanError `storage_on_other_node` for a storage on another computer */
  demandHere(row: StorageRow): void {
    if (row.node_id === null || row.node_id === this.#nodeId) return;
    throw new SampanError('storage_on_other_node', `${row.name} is a folder of the server ${row.node_id}.`, {
      hint: `This is the server ${this.#nodeId}; ask the other one. Operations are carried out there by themselves.`,
      parameters: { node: row.node_id, here: this.#nodeId },
    });
  }

  async forget(storageId: string): Promise<void> {
    const open = this.#open.get(storageId);
    this.#open.delete(storageId);
    this.#shared.delete(storageId);
    if (open) this.#retire(open);
  }

  async close(): Promise<void> {
    const all = [...this.#open.values()];
    this.#open.clear();
    for (const open of all) this.#shut(open);
    await Promise.all(this.#closing);
  }

  async #borrow(storageId: string): Promise<{ driver: StorageDriver; release: () => void }> {
    const { open } = await this.#current(storageId);
    open.users += 1;
    const ends = this.#shares.requestBegins(storageId);
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      ends();
      open.users -= 1;
      if (open.isRetired && open.users === 0) this.#shut(open);
    };
    return { driver: open.driver, release };
  }

  async #current(storageId: string): Promise<{ open: Open; row: StorageRow }> {
    const row = await readStorage(this.#database.query, storageId);
    this.demandHere(row);
    this.#sharedOf(row).limits = limitsOf(row);
    const known = this.#open.get(storageId);
    if (known && known.optionsRevision >= row.options_revision) return { open: known, row };
    const { options, optionsRevision } = await openOptions(this.#database.query, this.#sealer, storageId);
    // Somebody else may have been faster meanwhile.
    const before = this.#open.get(storageId);
    if (before && before.optionsRevision >= optionsRevision) return { open: before, row };
    const driver = this.make(this.#types.get(row.type), options, storageId);
    const open: Open = { optionsRevision, driver, users: 0, isRetired: false, isClosed: false };
    this.#open.set(storageId, open);
    if (before) this.#retire(before);
    return { open, row };
  }

  #sharedOf(row: StorageRow): Shared {
    const known = this.#shared.get(row.id);
    if (known) return known;
    const made: Shared = { limits: limitsOf(row), isOfOneServer: row.node_id !== null, store: undefined };
    this.#shared.set(row.id, made);
    return made;
  }

  #retire(open: Open): void {
    open.isRetired = true;
    if (open.users === 0) this.#shut(open);
    else setTimeout(() => this.#shut(open), CLOSE_AFTER_MS).unref();
  }

  #shut(open: Open): void {
    if (open.isClosed) return;
    open.isClosed = true;
    const closing = open.driver.close().catch(() => undefined);
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }

  #count(storageId: string | null, type: string, request: ObservedRequest): void {
    const status = request.status === null ? 'none' : String(request.status);
    this.#metrics.storageRequests.inc({ type, class: request.class, status });
    this.#metrics.storageBytes.inc({ type, direction: 'sent' }, request.bytesSent);
    this.#metrics.storageBytes.inc({ type, direction: 'received' }, request.bytesReceived);
    if (storageId !== null) this.#traffic.record(storageId, request);
  }

  #environment(type: StorageDriverType, options: OptionValues, storageId: string | null): StorageEnvironment {
    return {
      lookup: this.#egress.lookup,
      allowsAddress: this.#egress.allowsAddress,
      now: Date.now,
      checkFolder: this.#checkFolder,
      observe: (request) => this.#count(storageId, type.type, request),
      ...(options.environmentAuth === true && { environment: ownEnvironment() }),
    };
  }
}

function shapeOf(driver: StorageDriver, bucket: string | undefined): ObjectStore {
  try {
    return driver.objects(bucket);
  } catch (error) {
    throw error instanceof SampanError ? new RemoteError(error) : error;
  }
}
