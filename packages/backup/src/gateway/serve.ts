/**
 * A gateway in a process of its own: `startGateway` starts it. What it needs comes as lines of JSON on standard input, so that
 * no secret is in an argument or in the environment; what it has to say goes as lines of JSON to standard output. It ends
 * when its input does: never later than who started it.
 */
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { toSampanError } from '@sampan/driver';
import {
  type ObjectStore,
  type ObservedRequest,
  type StorageDriver,
  storageDriverTypes,
  withBandwidth,
  withConcurrency,
} from '@sampan/storage';
import { createGatewayHandler } from './handler.ts';
import type { GatewayMessage, GatewayOrder, GatewayStorage } from './messages.ts';
import { guardedEnvironment } from './network-guard.ts';

const TELL_EVERY_MS = 500;
/** Bodies flow in pieces of this size instead of waiting for the socket at every 16 KiB. */
const BODY_BYTES = 1024 * 1024;

function tell(message: GatewayMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

interface Open {
  driver: StorageDriver;
  store: ObjectStore;
}

function open(storage: GatewayStorage): Open {
  const type = storageDriverTypes.find((each) => each.type === storage.type);
  if (!type) throw new Error(`there is no kind of storage ${storage.type}`);
  const driver = type.create(storage.options, {
    ...guardedEnvironment(storage.forbiddenNetworks),
    ...(storage.environment && { environment: storage.environment }),
    observe: (request) => observed.push(request),
  });
  const { limits } = storage;
  const within = withConcurrency(driver.objects(storage.bucket ?? undefined), () => limits.concurrency);
  const store = withBandwidth(within, () => ({ up: limits.uploadBytesPerSecond, down: limits.downloadBytesPerSecond }));
  return { driver, store: below(store, storage.prefix) };
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

let observed: ObservedRequest[] = [];
let current: Open | null = null;

function begin(order: Extract<GatewayOrder, { kind: 'begin' }>): void {
  current = open(order.storage);
  const { handle, counters } = createGatewayHandler({
    ...{ path: order.path, user: order.user, password: order.password, appendOnly: order.appendOnly },
    store() {
      if (!current) throw new Error('the storage is closed');
      return current.store;
    },
    onFailure: (failure) => tell({ kind: 'failure', ...failure }),
  });
  const server = createServer({ highWaterMark: BODY_BYTES }, (request, response) => void handle(request, response));
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    tell({ kind: 'listening', port: typeof address === 'object' && address ? address.port : 0 });
  });
  setInterval(() => {
    const requests = observed;
    observed = [];
    tell({ kind: 'counters', counters, requests });
  }, TELL_EVERY_MS).unref();
}

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const order = JSON.parse(line) as GatewayOrder;
  if (order.kind === 'begin') begin(order);
  else {
    const before = current;
    try {
      current = open(order.storage);
    } catch (error) {
      const { code, message, hint } = toSampanError(error);
      tell({ kind: 'failure', code, message, hint: hint ?? null, request: 'update' });
      return;
    }
    // Requests under way end first; what they still have to say is not waited for longer.
    setTimeout(() => void before?.driver.close(), 10_000).unref();
  }
});
lines.on('close', () => process.exit(0));
