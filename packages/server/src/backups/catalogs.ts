import { existsSync, mkdirSync } from 'node:fs';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { BackupNode, Catalog } from '@sampan/backup';
import type { CatalogAnswer, CatalogOrder } from './catalog-worker.ts';

const WORKER = new URL('./catalog-worker.ts', import.meta.url);
/** Together. What is beyond it goes, the longest unused first: a catalog can be made anew from its repository. */
const MOST_BYTES = 20 * 1024 ** 3;

type Order = CatalogOrder extends infer Each ? (Each extends { call: string } ? Omit<Each, 'id'> : never) : never;

/** A thread with catalogs, spoken to by messages. */
class CatalogThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #next = 0;

  constructor() {
    this.#worker = new Worker(WORKER, { execArgv: ['--disable-warning=ExperimentalWarning'] });
    this.#worker.unref();
    this.#worker.on('message', (answer: CatalogAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('error' in answer)
        waiting?.reject(Object.assign(new Error(answer.error.message), { name: answer.error.name }));
      else waiting?.resolve(answer.result);
    });
    const fail = (error: Error): void => {
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
    this.#worker.on('error', fail);
    this.#worker.on('exit', () => fail(new Error('the thread of the catalogs ended')));
  }

  ask<T>(order: Order): Promise<T> {
    this.#next += 1;
    const id = this.#next;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#worker.postMessage({ ...order, id });
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** Takes one backup in. Ending it, or giving it up, ends its thread. */
export interface Indexing {
  /** Resolves when they were taken in: wait for it, so that no more than a few are in memory. */
  push(nodes: readonly BackupNode[]): Promise<void>;
  /** @throws RangeError when a later backup is in the catalog already */
  finish(): Promise<number>;
  giveUp(): Promise<void>;
}

/** What is in the backups of each plan, in a file per plan. */
export class Catalogs {
  readonly #folder: string;
  #reader: CatalogThread | undefined;
  readonly #indexings = new Set<CatalogThread>();
  /** The last that writes to the catalog of a plan: the next waits for it. */
  readonly #writing = new Map<string, Promise<void>>();

  constructor(dataFolder: string) {
    this.#folder = path.join(dataFolder, 'catalogs');
  }

  /** The backups that are in the catalog of a plan, the oldest first. */
  async backups(planId: string): Promise<{ id: string; time: number }[]> {
    return this.#exists(planId) ? this.#ask({ call: 'backups', file: this.#file(planId), args: [] }) : [];
  }

  /** Null: the backup is not in the catalog. */
  async list(planId: string, ...args: Parameters<Catalog['list']>): Promise<ReturnType<Catalog['list']>> {
    return this.#exists(planId) ? this.#ask({ call: 'list', file: this.#file(planId), args }) : null;
  }

  async get(planId: string, ...args: Parameters<Catalog['get']>): Promise<ReturnType<Catalog['get']>> {
    return this.#exists(planId) ? this.#ask({ call: 'get', file: this.#file(planId), args }) : null;
  }

  async search(planId: string, ...args: Parameters<Catalog['search']>): Promise<ReturnType<Catalog['search']>> {
    return this.#exists(planId) ? this.#ask({ call: 'search', file: this.#file(planId), args }) : [];
  }

  async compare(planId: string, ...args: Parameters<Catalog['compare']>): Promise<ReturnType<Catalog['compare']>> {
    return this.#exists(planId) ? this.#ask({ call: 'compare', file: this.#file(planId), args }) : null;
  }

  async remove(planId: string, ids: readonly string[]): Promise<void> {
    if (!this.#exists(planId)) return;
    const release = await this.#turn(planId);
    try {
      await this.#ask({ call: 'remove', file: this.#file(planId), args: [ids] });
    } finally {
      release();
    }
  }

  async begin(planId: string, backup: { id: string; time: number }): Promise<Indexing> {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const release = await this.#turn(planId);
    const thread = new CatalogThread();
    this.#indexings.add(thread);
    const file = this.#file(planId);
    const end = async (): Promise<void> => {
      this.#indexings.delete(thread);
      await thread.end();
      release();
    };
    try {
      await thread.ask({ call: 'begin', file, args: [backup] });
    } catch (error) {
      await end();
      throw error;
    }
    return {
      push: (nodes) => thread.ask({ call: 'nodes', file, args: [nodes] }),
      giveUp: end,
      finish: async () => {
        try {
          const count = await thread.ask<number>({ call: 'end', file, args: [] });
          await thread.ask({ call: 'close', file, args: [] });
          return count;
        } finally {
          await end();
          await this.#bound(planId).catch(() => undefined);
        }
      },
    };
  }

  /** Lets the catalog of a plan go. */
  async drop(planId: string): Promise<void> {
    if (!this.#exists(planId)) return;
    await this.#ask({ call: 'close', file: this.#file(planId), args: [] });
    for (const end of ['', '-wal', '-shm']) await rm(this.#file(planId) + end, { force: true });
  }

  async stop(): Promise<void> {
    await this.#reader?.end();
    for (const thread of this.#indexings) await thread.end();
  }

  #ask<T>(order: Order): Promise<T> {
    this.#reader ??= new CatalogThread();
    return this.#reader.ask<T>(order);
  }

  /** Waits until nobody writes to the catalog of a plan; calling what it gives lets the next one. */
  async #turn(planId: string): Promise<() => void> {
    const before = this.#writing.get(planId) ?? Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const mine = before.then(() => promise);
    this.#writing.set(planId, mine);
    await before;
    return () => {
      resolve();
      if (this.#writing.get(planId) === mine) this.#writing.delete(planId);
    };
  }

  #file(planId: string): string {
    return path.join(this.#folder, `${planId}.sqlite`);
  }

  #exists(planId: string): boolean {
    return existsSync(this.#file(planId));
  }

  async #bound(keep: string): Promise<void> {
    await utimes(this.#file(keep), new Date(), new Date());
    const files = await Promise.all(
      (await readdir(this.#folder))
        .filter((name) => name.endsWith('.sqlite'))
        .map(async (name) => ({ name, ...(await stat(path.join(this.#folder, name))) })),
    );
    let bytes = files.reduce((sum, { size }) => sum + size, 0);
    for (const { name, size } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
      const planId = name.replace('.sqlite', '');
      if (bytes <= MOST_BYTES) return;
      if (planId === keep) continue;
      await this.drop(planId);
      bytes -= size;
    }
  }
}
