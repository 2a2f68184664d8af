import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BackupNode, Catalog } from '../packages/backup/src/index.ts';
import { againstLimit, type Bench } from './lib/bench.ts';

const FILES = 1_000_000;
/** Of one folder: more than a page of the console. */
const IN_A_FOLDER = 1_000;
const RUNS = 9;
const PAGE = 200;
const DEEPEST = '/srv/data/projects/p50/y7/m6';

/** A million files four to six folders deep, folder by folder, as listings of a backup come. */
async function* nodes(): AsyncGenerator<BackupNode[]> {
  const node = (where: string, kind: BackupNode['kind'], index: number): BackupNode => ({
    ...{ path: where, kind, size: kind === 'file' ? 1_000 + index : 0, mode: 0o644, uid: 0, gid: 0 },
    modified: 1_760_000_000_000 + index * 1_000,
  });
  const known = new Set<string>();
  let some: BackupNode[] = [];
  for (let index = 0; index < FILES; index += 1) {
    const at = Math.floor(index / IN_A_FOLDER);
    const folder = `/srv/data/projects/p${at % 100}/y${Math.floor(at / 100)}/m${at % 12}`;
    if (index % IN_A_FOLDER === 0) {
      for (let end = folder.indexOf('/', 1); ; end = folder.indexOf('/', end + 1)) {
        const above = end < 0 ? folder : folder.slice(0, end);
        if (!known.has(above)) some.push(node(above, 'folder', index));
        known.add(above);
        if (end < 0) break;
      }
    }
    some.push(node(`${folder}/file-${index}.dat`, 'file', index));
    if (some.length >= 1_000) {
      yield some;
      some = [];
    }
  }
  yield some;
}

export const bench: Bench = {
  question: 'How fast does the tree of an indexed backup of a million files open?',
  async run() {
    const folder = await mkdtemp(path.join(tmpdir(), 'sampan-bench-catalog-'));
    const file = path.join(folder, 'catalog.db');
    try {
      const writing = new Catalog(file);
      await writing.add({ id: 'the-backup', time: 1 }, nodes());
      writing.close();
      const times: number[] = [];
      for (let run = 0; run < RUNS; run += 1) {
        const startedAt = performance.now();
        const catalog = new Catalog(file);
        const root = catalog.list('the-backup', '/', { limit: PAGE });
        const deep = catalog.list('the-backup', DEEPEST, { limit: PAGE });
        times.push(performance.now() - startedAt);
        if (root?.length !== 1 || deep?.length !== PAGE)
          throw new Error('the catalog does not have what was put into it');
        catalog.close();
      }
      return [againstLimit('opening the tree of a million files: root and a deep folder', times, 300, 'ms')];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
