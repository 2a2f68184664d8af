/**
 * A gateway in a process of its own: `startGateway` starts it. What it needs comes as lines of JSON on standard input, so that
 * no secret is in an argument or in the environment; what it has to say goes as lines of JSON to standard output. It ends
 * when its input does: never later than who started it.
 */
import { createInterface } from 'node:readline';
import { toSampanError } from '@sampan/driver';
import { useBundledLibraries } from '@sampan/driver/bundled-libraries';
import {
  loadStorageDriverType,
  type ObjectStore,
  type ObservedRequest,
  type StorageDriver,
  withBandwidth,
  withConcurrency,
} from '@sampan/storage/one-storage';
import { createGatewayHandler } from './handler.ts';
import type { GatewayMessage, GatewayOrder, GatewayStorage } from './messages.ts';
import { guardedEnvironment } from './network-guard.ts';

// Importing its names would also load what they hold of web sockets: most of the start of this process.
const { createServer } = process.getBuiltinModule('node:http');

const TELL_EVERY_MS = 500;
/** Bodies flow in pieces of this size instead of waiting for the socket at every 16 KiB. */
const BODY_BYTES = 1024 * 1024;

function tell(message: GatewayMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

interface Open {
  driver: StorageDriver;
  store: ObjectStore;
  /** A folder of this machine. */
  isLocal: boolean;
  /** As it was told last; its limits are looked at with each request. */
  storage: GatewayStorage;
}

async function openStorage(storage: GatewayStorage): Promise<Open> {
  const type = await loadStorageDriverType(storage.type);
  if (!type) throw new Error(`there is no kind of storage ${storage.type}`);
  const driver = type.create(storage.options, {
    ...guardedEnvironment(storage.forbiddenNetworks),
    ...(storage.environment && { environment: storage.environment }),
    observe: (request) => observed.push(request),
  });
  const limits = () => open.storage.limits;
  const within = withConcurrency(driver.objects(storage.bucket ?? undefined), () => limits().concurrency);
  const store = withBandwidth(within, () => {
    const { uploadBytesPerSecond, downloadBytesPerSecond } = limits();
    return { up: uploadBytesPerSecond, down: downloadBytesPerSecond };
  });
  const open: Open = { driver, store: below(store, storage.prefix), isLocal: type.isLocal ?? false, storage };
  return open;
}

/** Whether nothing but limits differs: connections then go on. */
function isSameStorage(a: GatewayStorage, b: GatewayStorage): boolean {
  const { limits: _, ...one } = a;
  const { limits: __, ...other } = b;
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The repository's own folder of the storage. */
function below(store: ObjectStore, prefix: string): ObjectStore {
  if (prefix === '') return store;
  return {
    capabilities: store.capabilities,
    head: (key, options) => store.head(prefix + key, options),
    get: (key, options) => store.get(prefix + key, options),
    put: (key, source, options) => store.put(prefix + key, source, options),
    async list(request = {}) {
      const page = await store.list({ ...request, prefix: prefix + (request.prefix ?? '') });
      const objects = page.objects.map((object) => ({ ...object, key: object.key.slice(prefix.length) }));
      return { ...page, objects, prefixes: page.prefixes.map((each) => each.slice(prefix.length)) };
    },
    delete: (key, options) => store.delete(prefix + key, options),
    deleteMany: (keys, options) =>
      store.deleteMany(
        keys.map((key) => prefix + key),
        options,
      ),
  };
}

// Drivers are loaded when it is known which one is needed.
useBundledLibraries();

let observed: ObservedRequest[] = [];
let current: Open | null = null;
let tellCounters = (): void => undefined;

async function begin(order: Extract<GatewayOrder, { kind: 'begin' }>): Promise<void> {
  current = await openStorage(order.storage);
  const { handle, counters } = createGatewayHandler({
    ...{ path: order.path, user: order.user, password: order.password, appendOnly: order.appendOnly },
    store() {
      if (!current) throw new Error('the storage is closed');
      return current.store;
    },
    isStreamed: () => current?.isLocal ?? false,
    onFailure: (failure) => tell({ kind: 'failure', ...failure }),
  });
  const server = createServer({ highWaterMark: BODY_BYTES }, (request, response) => void handle(request, response));
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    tell({ kind: 'listening', port: typeof address === 'object' && address ? address.port : 0 });
  });
  tellCounters = () => {
    const requests = observed;
    observed = [];
    tell({ kind: 'counters', counters, requests });
  };
  setInterval(tellCounters, TELL_EVERY_MS).unref();
}

async function change(storage: GatewayStorage): Promise<void> {
  const before = current;
  if (before && isSameStorage(before.storage, storage)) {
    before.storage = storage;
    return;
  }
  try {
    current = await openStorage(storage);
  } catch (error) {
    const { code, message, hint } = toSampanError(error);
    tell({ kind: 'failure', code, message, hint: hint ?? null, request: 'update' });
    return;
  }
  // Requests under way end first; what they still have to say is not waited for longer.
  setTimeout(() => void before?.driver.close(), 10_000).unref();
}

/** The restic that uses this gateway. */
let guarded: number | null = null;
const END_LIMIT_MS = 12_000;

function signalTo(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Who started us was killed: its restic must not go on by itself. It is asked to end, and served until it has, so that it takes its
 * lock away.
 */
async function endGuarded(): Promise<void> {
  const pid = guarded;
  // It may be paused.
  if (pid === null || !signalTo(pid, 'SIGCONT') || !signalTo(pid, 'SIGINT')) return;
  const until = Date.now() + END_LIMIT_MS;
  while (signalTo(pid, 0)) {
    if (Date.now() > until) return void signalTo(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function follow(order: Exclude<GatewayOrder, { kind: 'child' }>): Promise<void> {
  switch (order.kind) {
    case 'prepare':
      // Whatever is wrong with it is told to whoever begins with it.
      return loadStorageDriverType(order.type).then(
        () => undefined,
        () => undefined,
      );
    case 'begin':
      return begin(order).catch((error) => {
        const { code, message, hint } = toSampanError(error);
        tell({ kind: 'refused', code, message, hint: hint ?? null });
      });
    case 'storage':
      return change(order.storage);
  }
}

const lines = createInterface({ input: process.stdin });
// Nobody listens any more when that one was killed.
process.stdout.on('error', () => undefined);
/** One order after the other: opening a storage may have to load its driver. */
let orders = Promise.resolve();
lines.on('line', (line) => {
  const order = JSON.parse(line) as GatewayOrder;
  if (order.kind === 'child') guarded = order.pid;
  else orders = orders.then(() => follow(order));
});
lines.on('close', () => {
  void endGuarded().then(() => {
    // What passed since it was last told; a pipe is written to at once.
    tellCounters();
    process.exit(0);
  });
});
