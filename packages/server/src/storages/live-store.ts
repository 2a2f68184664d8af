import { AsyncLocalStorage } from 'node:async_hooks';
import { SampanError } from '@sampan/driver';
import {
  type ObjectDownload,
  type ObjectStore,
  type StorageDriver,
  throughBody,
  withBandwidth,
  withConcurrency,
} from '@sampan/storage';
import { RemoteError } from '../platform/http/problem.ts';
import type { StorageLimits } from './present.ts';

/** The driver of the options as they are now; call `release` when the call, and what it answered, has ended. */
export type Borrow = () => Promise<{ driver: StorageDriver; release: () => void }>;

/** The bucket of the call under way: the wrappers stand around all buckets of a storage at once and know none. */
const bucketOfCall = new AsyncLocalStorage<string | undefined>();

function fromStorage(thrown: unknown): unknown {
  return thrown instanceof SampanError && !(thrown instanceof RemoteError) ? new RemoteError(thrown) : thrown;
}

async function* releasing(body: AsyncIterable<Uint8Array>, release: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw fromStorage(error);
  } finally {
    release();
  }
}

/** Runs one call on the driver of now. What it throws is told apart from what Sampan itself refuses. */
export async function borrowed<T>(borrow: Borrow, work: (driver: StorageDriver) => Promise<T>): Promise<T> {
  const { driver, release } = await borrow();
  try {
    return await work(driver);
  } catch (error) {
    throw fromStorage(error);
  } finally {
    release();
  }
}

function missing(): never {
  throw new SampanError('not_supported', 'With its present options this storage does not offer this.');
}

/** A store each of whose calls borrows the driver anew. It has every optional method; `inBucket` shows those that are offered. */
function followingStore(shape: ObjectStore, borrow: Borrow): Required<ObjectStore> {
  const call = <T>(work: (store: ObjectStore) => Promise<T>): Promise<T> => {
    const bucket = bucketOfCall.getStore();
    return borrowed(borrow, (driver) => work(driver.objects(bucket)));
  };

  async function get(...args: Parameters<ObjectStore['get']>): Promise<ObjectDownload> {
    const bucket = bucketOfCall.getStore();
    const { driver, release } = await borrow();
    try {
      const download = await driver.objects(bucket).get(...args);
      // A body that nobody begins to read would hold the driver for ever: it is then let go with the signal.
      args[1]?.signal?.addEventListener('abort', release, { once: true });
      return { ...download, body: throughBody(download.body, releasing(download.body, release), release) };
    } catch (error) {
      release();
      throw fromStorage(error);
    }
  }

  return {
    capabilities: shape.capabilities,
    get,
    head: (...args) => call((store) => store.head(...args)),
    put: (...args) => call((store) => store.put(...args)),
    list: (...args) => call((store) => store.list(...args)),
    delete: (...args) => call((store) => store.delete(...args)),
    deleteMany: (...args) => call((store) => store.deleteMany(...args)),
    copy: (...args) => call(async (store) => (store.copy ?? missing)(...args)),
    presign: (...args) => call(async (store) => (store.presign ?? missing)(...args)),
    stats: (...args) => call(async (store) => (store.stats ?? missing)(...args)),
    removeUnfinished: (...args) => call(async (store) => (store.removeUnfinished ?? missing)(...args)),
  };
}

/** The calls of `store` for one bucket; of the optional methods those that `shape` has. */
function inBucket(store: ObjectStore, shape: ObjectStore, bucket: string | undefined): ObjectStore {
  const run = <T>(work: () => T): T => bucketOfCall.run(bucket, work);
  const { copy, presign, stats, removeUnfinished } = store;
  return {
    capabilities: shape.capabilities,
    get: (...args) => run(() => store.get(...args)),
    head: (...args) => run(() => store.head(...args)),
    put: (...args) => run(() => store.put(...args)),
    list: (...args) => run(() => store.list(...args)),
    delete: (...args) => run(() => store.delete(...args)),
    deleteMany: (...args) => run(() => store.deleteMany(...args)),
    ...(shape.copy && copy && { copy: (...args) => run(() => copy(...args)) }),
    ...(shape.presign && presign && { presign: (...args) => run(() => presign(...args)) }),
    ...(shape.stats && stats && { stats: (...args) => run(() => stats(...args)) }),
    ...(shape.removeUnfinished &&
      removeUnfinished && { removeUnfinished: (...args) => run(() => removeUnfinished(...args)) }),
  };
}

/** The objects of one storage for all who use it: one limit of requests at once, one of bandwidth, over all buckets. */
export class LiveStore {
  readonly #slowed: ObjectStore;
  readonly #all: ObjectStore;

  constructor(shape: ObjectStore, borrow: Borrow, limits: () => StorageLimits) {
    this.#slowed = withBandwidth(followingStore(shape, borrow), () => {
      const { uploadBytesPerSecond, downloadBytesPerSecond } = limits();
      return { up: uploadBytesPerSecond, down: downloadBytesPerSecond };
    });
    this.#all = withConcurrency(this.#slowed, () => limits().concurrency);
  }

  objects(shape: ObjectStore, bucket: string | undefined): ObjectStore {
    return inBucket(this.#all, shape, bucket);
  }

  /** Without the limit of requests at once. */
  unqueued(shape: ObjectStore, bucket: string | undefined): ObjectStore {
    return inBucket(this.#slowed, shape, bucket);
  }
}
