import { parentPort } from 'node:worker_threads';
import { type BackupNode, Catalog } from '@sampan/backup';

/**
 * Catalogs block while they read and write, so they live in threads of their own. One thread answers questions for as long as the
 * server runs; each indexing has another, and the questions do not wait for it.
 */
export type CatalogOrder =
  | { call: 'list'; file: string; args: Parameters<Catalog['list']> }
  | { call: 'get'; file: string; args: Parameters<Catalog['get']> }
  | { call: 'search'; file: string; args: Parameters<Catalog['search']> }
  | { call: 'compare'; file: string; args: Parameters<Catalog['compare']> }
  | { call: 'backups'; file: string; args: [] }
  | { call: 'remove'; file: string; args: Parameters<Catalog['remove']> }
  /** Takes a backup in; its nodes follow as `nodes`, and `end` of them ends it. */
  | { call: 'begin'; file: string; args: [backup: { id: string; time: number }] }
  | { call: 'nodes'; file: string; args: [nodes: readonly BackupNode[]] }
  | { call: 'end'; file: string; args: [] }
  | { call: 'close'; file: string; args: [] };

export type CatalogAnswer = { id: number; result: unknown } | { id: number; error: { name: string; message: string } };

const MOST_OPEN = 8;
const open = new Map<string, Catalog>();

function catalogOf(file: string): Catalog {
  const known = open.get(file);
  if (known) {
    open.delete(file);
    open.set(file, known);
    return known;
  }
  for (const [oldest, catalog] of open) {
    if (open.size < MOST_OPEN) break;
    catalog.close();
    open.delete(oldest);
  }
  const made = new Catalog(file);
  open.set(file, made);
  return made;
}

/** What feeds the backup that is being taken in. */
interface Feed {
  done: Promise<number>;
  push: (nodes: readonly BackupNode[] | null) => Promise<void>;
}

let feed: Feed | null = null;

function begin(catalog: Catalog, backup: { id: string; time: number }): Feed {
  const waiting: { nodes: readonly BackupNode[] | null; taken: () => void }[] = [];
  let wake: () => void = () => undefined;
  async function* nodes(): AsyncGenerator<readonly BackupNode[]> {
    for (;;) {
      const next = waiting.shift();
      if (next) {
        if (next.nodes) yield next.nodes;
        next.taken();
        if (!next.nodes) return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }
  const done = catalog.add(backup, nodes());
  // Its failure is told when it ends.
  done.catch(() => undefined);
  return {
    done,
    push: (some) =>
      Promise.race([
        new Promise<void>((taken) => {
          waiting.push({ nodes: some, taken });
          wake();
        }),
        done.then(() => undefined),
      ]),
  };
}

async function answer(order: CatalogOrder): Promise<unknown> {
  switch (order.call) {
    case 'begin':
      feed = begin(catalogOf(order.file), order.args[0]);
      return null;
    case 'nodes':
      return feed?.push(order.args[0]);
    case 'end': {
      const ending = feed;
      feed = null;
      await ending?.push(null);
      return ending?.done;
    }
    case 'close': {
      open.get(order.file)?.close();
      open.delete(order.file);
      return null;
    }
    case 'list':
      return catalogOf(order.file).list(...order.args);
    case 'get':
      return catalogOf(order.file).get(...order.args);
    case 'search':
      return catalogOf(order.file).search(...order.args);
    case 'compare':
      return catalogOf(order.file).compare(...order.args);
    case 'backups':
      return catalogOf(order.file).backups();
    case 'remove':
      return catalogOf(order.file).remove(...order.args);
  }
}

parentPort?.on('message', (message: CatalogOrder & { id: number }) => {
  answer(message).then(
    (result) => parentPort?.postMessage({ id: message.id, result: result ?? null } satisfies CatalogAnswer),
    (thrown: unknown) => {
      const { name, message: text } = thrown instanceof Error ? thrown : new Error(String(thrown));
      parentPort?.postMessage({ id: message.id, error: { name, message: text } } satisfies CatalogAnswer);
    },
  );
});
