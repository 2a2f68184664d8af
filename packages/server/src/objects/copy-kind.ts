import { SampanError, toSampanError } from '@sampan/driver';
import { listPages, type ObjectStore, transferObject } from '@sampan/storage';
import type { OperationContext, OperationKind } from '../operations/kinds.ts';
import { OBJECTS_PATIENCE, patiently } from '../operations/patience.ts';
import type { StorageConnections } from '../storages/connections.ts';
import { addFailure, concernsAll, demandNoFailures, type Failures, noFailures } from './failures.ts';

export const COPY_KIND = 'object.copy';
const AT_ONCE = 4;
/** Objects between two positions that a resumed run can begin at. */
const BATCH = 500;
const SAVE_EVERY_MS = 1_000;
const HEADS_AT_ONCE = 8;

export type CopyInput = {
  storageId: string;
  bucket: string | null;
  keys: string[] | null;
  prefix: string | null;
  /** What is taken away from the front of each key before the target's prefix is put there. */
  base: string;
  target: { storageId: string; bucket: string | null; prefix: string };
};

/** The size is null when a resumed run has not asked for it. */
type Item = { key: string; size: number | null };
type Totals = { objects: number; bytes: number };

type Checkpoint = {
  total: Totals;
  /** Of the batch under way: the cursor of its page, or the index of its first key. */
  cursor: string | null;
  index: number;
  /** Keys of the batch under way that need no more work. */
  settled: string[];
  done: Totals;
  failures: Failures;
};

/** Objects under the name that they get. */
export function targetKey(input: Pick<CopyInput, 'base' | 'target'>, key: string): string {
  return input.target.prefix + key.slice(input.base.length);
}

function wouldFeedItself(key: string): SampanError {
  return new SampanError('key_conflict', `${JSON.stringify(key)} would be written into what is being copied.`, {
    hint: 'Choose a target outside of it.',
    parameters: { key },
  });
}

/** Copies objects within a storage or to another one, some at once. What was copied is not copied again after a restart. */
export function copyKind(parts: { connections: StorageConnections }): OperationKind {
  return {
    kind: COPY_KIND,
    steps: ['survey', 'copy'],
    run: async (context) => {
      const input = context.input as CopyInput;
      const saved = context.checkpoint as Checkpoint | null;
      const source = await parts.connections.live(input.storageId);
      const target = await parts.connections.live(input.target.storageId);
      const from = source.unqueued(input.bucket ?? undefined);
      const to = target.objects(input.target.bucket ?? undefined);
      const bucketFrom = input.bucket ?? source.bucketName;
      const bucketTo = input.target.bucket ?? target.bucketName;
      const isSamePlace = input.storageId === input.target.storageId && bucketFrom === bucketTo;
      const sizes = new Map<string, number>();
      const at = saved ?? beginning(await context.step('survey', () => survey(input, from, context, sizes)));
      if (!saved) await context.save(at);
      await context.step('copy', () =>
        new Copying(context, input, { from, to, isSamePlace, limit: source.concurrency }, at, sizes).run(),
      );
      demandNoFailures(at.failures, at.done, 'copied');
      return { ...at.done };
    },
  };
}

function beginning(total: Totals): Checkpoint {
  return {
    total,
    cursor: null,
    index: 0,
    settled: [],
    done: { objects: 0, bytes: 0 },
    failures: noFailures(),
  };
}

/** How much there is to do, so that the progress has an end. What is missing is found out when it is to be copied. */
async function survey(
  input: CopyInput,
  from: ObjectStore,
  context: OperationContext,
  sizes: Map<string, number>,
): Promise<Totals> {
  const { signal } = context;
  const { prefix } = input;
  if (prefix !== null) return surveyPrefix(prefix, from, context);
  const keys = input.keys ?? [];
  const waiting = keys.values();
  const ask = async (): Promise<void> => {
    for (const key of waiting) {
      try {
        sizes.set(key, (await from.head(key, { signal })).size);
      } catch (error) {
        signal.throwIfAborted();
        if (concernsAll(toSampanError(error))) return;
      }
    }
  };
  await Promise.all(Array.from({ length: HEADS_AT_ONCE }, ask));
  return { objects: keys.length, bytes: sizes.values().reduce((sum, size) => sum + size, 0) };
}

async function surveyPrefix(prefix: string, from: ObjectStore, context: OperationContext): Promise<Totals> {
  const total = { objects: 0, bytes: 0 };
  for await (const page of listPages(from, { prefix, signal: context.signal })) {
    total.objects += page.objects.length;
    for (const { size } of page.objects) total.bytes += size;
    await context.stepMessage(String(total.objects));
  }
  return total;
}

interface Stores {
  from: ObjectStore;
  to: ObjectStore;
  isSamePlace: boolean;
  /** Of the source. */
  limit: () => number | null;
}

/** One run of the copying, from its checkpoint to the end. */
class Copying {
  readonly #context: OperationContext;
  readonly #input: CopyInput;
  readonly #stores: Stores;
  readonly #at: Checkpoint;
  readonly #sizes: ReadonlyMap<string, number>;
  /** Bytes of objects that are on their way. */
  readonly #underway = new Map<string, number>();
  #savedAt = Date.now();

  constructor(
    context: OperationContext,
    input: CopyInput,
    stores: Stores,
    at: Checkpoint,
    sizes: ReadonlyMap<string, number>,
  ) {
    this.#context = context;
    this.#input = input;
    this.#stores = stores;
    this.#at = at;
    this.#sizes = sizes;
  }

  async run(): Promise<void> {
    const { keys, prefix } = this.#input;
    if (prefix === null) await this.#keys(keys ?? []);
    else await this.#pages(prefix);
    this.#tell();
  }

  async #keys(keys: readonly string[]): Promise<void> {
    while (this.#at.index < keys.length) {
      const batch = keys.slice(this.#at.index, this.#at.index + BATCH);
      await this.#batch(batch.map((key) => ({ key, size: this.#sizes.get(key) ?? null })));
      this.#at.index += BATCH;
      await this.#endBatch();
    }
  }

  async #pages(prefix: string): Promise<void> {
    const { signal } = this.#context;
    for (;;) {
      const request = { prefix, cursor: this.#at.cursor ?? undefined, limit: BATCH, signal };
      const page = await this.#patiently(() => this.#stores.from.list(request));
      await this.#batch(page.objects);
      if (page.nextCursor === null) return;
      this.#at.cursor = page.nextCursor;
      await this.#endBatch();
    }
  }

  async #endBatch(): Promise<void> {
    this.#at.settled = [];
    await this.#save();
  }

  /** Some workers share the batch; the first error that concerns all ends it. */
  async #batch(items: readonly Item[]): Promise<void> {
    const settled = new Set(this.#at.settled);
    const waiting = items.filter(({ key }) => !settled.has(key)).values();
    const stop = new AbortController();
    const workers = Math.min(AT_ONCE, this.#stores.limit() ?? AT_ONCE);
    const work = async (): Promise<void> => {
      for (const item of waiting) {
        if (stop.signal.aborted) return;
        try {
          await this.#object(item);
        } catch (error) {
          stop.abort();
          throw error;
        }
      }
    };
    const results = await Promise.allSettled(Array.from({ length: workers }, work));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async #object(item: Item): Promise<void> {
    const { signal } = this.#context;
    const { key } = item;
    try {
      const size = await this.#patiently(() => this.#copy(item));
      this.#at.done.objects += 1;
      this.#at.done.bytes += size;
    } catch (thrown) {
      signal.throwIfAborted();
      const error = toSampanError(thrown);
      if (concernsAll(error)) throw error;
      addFailure(this.#at.failures, { key, code: error.code, message: error.message });
    } finally {
      this.#underway.delete(key);
    }
    this.#at.settled.push(key);
    this.#tell();
    if (Date.now() - this.#savedAt > SAVE_EVERY_MS) await this.#save();
  }

  async #copy({ key, size: known }: Item): Promise<number> {
    const { from, to, isSamePlace } = this.#stores;
    const { signal } = this.#context;
    const { prefix } = this.#input;
    const name = targetKey(this.#input, key);
    if (isSamePlace && (name === key || (prefix !== null && name.startsWith(prefix)))) throw wouldFeedItself(name);
    if (isSamePlace && from.copy) {
      const size = known ?? (await from.head(key, { signal })).size;
      await from.copy(key, name, { signal });
      return size;
    }
    const { size } = await transferObject(from, key, to, name, {
      signal,
      onProgress: (sent) => {
        this.#underway.set(key, sent);
        this.#tell();
      },
    });
    return size;
  }

  #patiently<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.#context;
    // Not in the log: each of the many that are copied at once would say the same.
    const stepMessage = (message: string): Promise<void> => this.#context.stepMessage(message);
    return patiently(OBJECTS_PATIENCE, { signal, stepMessage }, work);
  }

  /** Not awaited: a lost lease ends the run by its signal. */
  #tell(): void {
    const { total, done } = this.#at;
    const sent = this.#underway.values().reduce((sum, bytes) => sum + bytes, done.bytes);
    // Objects that were written after the survey make it more.
    this.#context.progress({ done: sent, total: Math.max(total.bytes, sent), unit: 'bytes' }).catch(() => undefined);
  }

  async #save(): Promise<void> {
    this.#savedAt = Date.now();
    await this.#context.save(this.#at);
  }
}
