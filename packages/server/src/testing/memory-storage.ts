import { endpointOf, type OptionsSchema, type OptionValues, SampanError } from '@sampan/driver';
import {
  type Bucket,
  type Buckets,
  createMemoryStore,
  type ObjectStore,
  type RequestClass,
  type StorageCapability,
  type StorageDriver,
  type StorageDriverType,
  type StorageEnvironment,
} from '@sampan/storage';

const text = (name: string) => ({ name, kind: 'text' as const, label: { en: name, zh: name } });

const OPTIONS: OptionsSchema = [
  { ...text('endpoint'), kind: 'url', default: 'https://memory.example' },
  { ...text('zone'), default: 'one' },
  text('accessKeyId'),
  { ...text('secretAccessKey'), kind: 'secret' },
  text('bucket'),
  text('prefix'),
  { ...text('environmentAuth'), kind: 'boolean', default: false },
];

const CAPABILITIES: readonly StorageCapability[] = ['buckets', 'copy', 'md5', 'presign', 'zones', 'keys.any'];

/** One driver that the server made, as the test sees it. */
export interface MadeDriver {
  options: OptionValues;
  environment: StorageEnvironment;
  isClosed: boolean;
}

type Before = (call: string, options: OptionValues, key: string) => Promise<void> | void;

/**
 * Storages in this process, told apart by endpoint and bucket, behind a driver as a vendor's: it counts what would go over
 * the wire, and fails or waits as the test says.
 */
export class MemoryStorages {
  readonly drivers: MadeDriver[] = [];
  readonly #stores = new Map<string, ObjectStore>();
  readonly #buckets = new Map<string, Bucket>();
  /** Called before each request; throws what the storage answers. */
  before: Before = () => undefined;

  readonly type: StorageDriverType = {
    type: 'memory',
    label: { en: 'Memory', zh: '内存' },
    description: { en: 'For tests', zh: '仅用于测试' },
    options: OPTIONS,
    capabilities: CAPABILITIES,
    endpoint: ({ endpoint }) => endpointOf(String(endpoint ?? 'https://memory.example')),
    create: (options, environment = {}) => this.#create(options, environment),
  };

  /** What lies there, as nobody's request. */
  store(endpoint: string, bucket: string): ObjectStore {
    const name = `${endpoint} ${bucket}`;
    const known = this.#stores.get(name) ?? createMemoryStore();
    this.#stores.set(name, known);
    return known;
  }

  #create(options: OptionValues, environment: StorageEnvironment): StorageDriver {
    const made: MadeDriver = { options, environment, isClosed: false };
    this.drivers.push(made);
    const own = typeof options.bucket === 'string' ? options.bucket : null;
    const endpoint = String(options.endpoint ?? 'https://memory.example');

    const request = async (kind: RequestClass, call: string, key: string, sent = 0, received = 0): Promise<void> => {
      if (made.isClosed) throw new Error('a closed driver was called');
      try {
        await this.before(call, options, key);
        environment.observe?.({ class: kind, status: 200, bytesSent: sent, bytesReceived: received });
      } catch (error) {
        environment.observe?.({ class: kind, status: 403, bytesSent: 0, bytesReceived: 0 });
        throw error;
      }
    };

    const objects = (bucket?: string): ObjectStore => {
      const name = bucket ?? own;
      if (name === null) throw new SampanError('bucket_needed', 'This storage names no bucket yet.');
      const inner = this.store(endpoint, name);
      const { stats: _, ...rest } = inner;
      return {
        ...rest,
        capabilities: new Set(CAPABILITIES),
        head: async (key, given) => {
          await request('read', 'head', key);
          return inner.head(key, given);
        },
        get: async (key, given) => {
          const found = await inner.get(key, given);
          await request('read', 'get', key, 0, found.contentLength);
          const check = () => this.before('body', options, key);
          async function* body() {
            for await (const piece of found.body) {
              await check();
              yield piece;
            }
          }
          return { ...found, body: body() };
        },
        put: async (key, source, given) => {
          await request('write', 'put', key, source.size ?? 0);
          return inner.put(key, source, given);
        },
        list: async (given) => {
          await request('list', 'list', given?.prefix ?? '');
          return inner.list(given);
        },
        delete: async (key, given) => {
          await request('delete', 'delete', key);
          return inner.delete(key, given);
        },
        deleteMany: async (keys, given) => {
          await request('delete', 'deleteMany', keys[0] ?? '');
          const locked = keys.filter((key) => key.includes('locked'));
          await inner.deleteMany(
            keys.filter((key) => !key.includes('locked')),
            given,
          );
          return locked.map((key) => ({ key, code: 'permission_denied', message: 'It is locked.' }));
        },
        copy: async (from, to, given) => {
          await request('write', 'copy', from);
          await inner.copy?.(from, to, given);
        },
        presign: async (key, given) => `${endpoint}/${name}/${key}?method=${given?.method}&signature=a-signed-secret`,
      };
    };

    const buckets: Buckets = {
      list: async () => {
        await request('list', 'buckets.list', '');
        return [...this.#buckets.values()];
      },
      create: async ({ name, zone = 'one' }) => {
        await request('write', 'buckets.create', name);
        if (this.#buckets.has(name)) throw new SampanError('bucket_exists', 'Somebody has it.');
        this.#buckets.set(name, { name, zone, createdAt: 1_700_000_000_000 });
      },
      delete: async (name) => {
        await request('delete', 'buckets.delete', name);
        if (!this.#buckets.delete(name)) throw new SampanError('bucket_not_found', 'There is none.');
      },
    };

    return {
      capabilities: new Set(CAPABILITIES),
      bucketName: own,
      objects,
      buckets,
      zones: () => [],
      async *testConnection() {
        const startedAt = performance.now();
        try {
          await request('list', 'test', '');
          yield { name: 'signature', state: 'passed', durationMs: performance.now() - startedAt, message: 'is right' };
        } catch (error) {
          const { code, message, hint = '' } = error as SampanError;
          yield { name: 'signature', state: 'failed', durationMs: 1, message, code, cause: message, remedy: hint };
        }
      },
      close: async () => {
        made.isClosed = true;
      },
    };
  }
}

export function refusal(code: string, retryable = false): SampanError {
  return new SampanError(code, `The storage says ${code}.`, { hint: 'Look at it.', retryable });
}
