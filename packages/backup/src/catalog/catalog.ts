import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { BackupNode, NodeKind } from '../browse.ts';

/** A node as the catalog shows it. */
export interface CatalogNode {
  /** Absolute path on the source. */
  path: string;
  name: string;
  kind: NodeKind;
  size: number;
  mode: number;
  modified: number;
}

export interface CatalogBackup {
  /** The id that the caller gives its backup. */
  id: string;
  time: number;
}

/** Null: it is not in that backup. */
export interface CatalogDifference {
  path: string;
  before: CatalogNode | null;
  after: CatalogNode | null;
}

const KINDS: readonly NodeKind[] = ['file', 'folder', 'link', 'other'];

interface Version {
  id: number;
  name_id: number;
  kind: number;
  size: number;
  mode: number;
  modified: number;
}

/** Grows by doubling; one bit for each version. */
class Bits {
  #bytes = new Uint8Array(1024);

  set(at: number): void {
    const index = at >> 3;
    if (index >= this.#bytes.length) {
      const larger = new Uint8Array(Math.max(index + 1, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[index] = (this.#bytes[index] ?? 0) | (1 << (at & 7));
  }

  has(at: number): boolean {
    return ((this.#bytes[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
  }
}

/**
 * What is in the backups of a plan, so that any of them opens at once and all can be searched, without asking the
 * repository. What did not change from one backup to the next is there once: a version holds from a backup to a backup.
 * Everything in it can be made again from the repository. Calls block: use it in a worker.
 */
export class Catalog {
  readonly #database: DatabaseSync;

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec(`
      pragma journal_mode = wal; pragma synchronous = normal; pragma temp_store = memory; pragma cache_size = -32768;
      create table if not exists backups (number integer primary key, id text not null unique, time integer not null);
      create table if not exists names (id integer primary key, parent integer not null, name text not null,
        unique (parent, name));
      create table if not exists versions (id integer primary key, name_id integer not null, first integer not null,
        last integer, kind integer not null, size integer not null, mode integer not null, modified integer not null);
      create index if not exists versions_name on versions (name_id, first);
      create index if not exists versions_open on versions (name_id) where last is null;
    `);
  }

  /** The backups that are in it, the oldest first. */
  backups(): CatalogBackup[] {
    return this.#database.prepare('select id, time from backups order by number').all() as unknown as CatalogBackup[];
  }

  /**
   * Takes in one backup, which must be later than all that are in it. All or nothing: broken off, it is as before.
   *
   * @throws RangeError when a later one is in it already: then it has to be made anew, in order of time
   */
  async add(backup: CatalogBackup, nodes: AsyncIterable<readonly BackupNode[]>): Promise<number> {
    const last = this.#database.prepare('select max(number) as number, max(time) as time from backups').get() as {
      number: number | null;
      time: number | null;
    };
    if (last.time !== null && last.time > backup.time) throw new RangeError('a later backup is in the catalog already');
    const number = (last.number ?? 0) + 1;
    const findName = this.#database.prepare('select id from names where parent = ? and name = ?');
    const addName = this.#database.prepare('insert into names (parent, name) values (?, ?) returning id');
    const findOpen = this.#database.prepare('select * from versions where name_id = ? and last is null');
    const addVersion = this.#database.prepare(
      'insert into versions (name_id, first, kind, size, mode, modified) values (?, ?, ?, ?, ?, ?) returning id',
    );
    const seen = new Bits();
    const folders = new Map<string, number>([['/', 0]]);
    let count = 0;

    const nameId = (parent: number, name: string): number => {
      const known = findName.get(parent, name) as { id: number } | undefined;
      return (known ?? (addName.get(parent, name) as { id: number })).id;
    };
    const folderId = (folder: string): number => {
      const known = folders.get(folder);
      if (known !== undefined) return known;
      const id = nameId(folderId(path.posix.dirname(folder)), path.posix.basename(folder));
      // Listings go folder by folder: only the ones around the present place are needed again.
      if (folders.size > 50_000) folders.clear();
      folders.set('/', 0);
      folders.set(folder, id);
      return id;
    };
    const take = (node: BackupNode): void => {
      const id = nameId(folderId(path.posix.dirname(node.path)), path.posix.basename(node.path));
      const kind = KINDS.indexOf(node.kind);
      const open = findOpen.get(id) as unknown as Version | undefined;
      const modified = Number.isFinite(node.modified) ? node.modified : 0;
      const isSame =
        open &&
        open.kind === kind &&
        open.size === node.size &&
        open.mode === node.mode &&
        // The time of a folder changes with everything in it, and is of little use in a list.
        (node.kind === 'folder' || open.modified === modified);
      if (isSame) seen.set(open.id);
      else seen.set((addVersion.get(id, number, kind, node.size, node.mode, modified) as { id: number }).id);
      count += 1;
    };

    this.#database.exec('begin');
    try {
      for await (const some of nodes) for (const node of some) take(node);
      const gone: number[] = [];
      for (const row of this.#database.prepare('select id from versions where last is null').iterate()) {
        if (!seen.has(Number(row.id))) gone.push(Number(row.id));
      }
      const close = this.#database.prepare('update versions set last = ? where id = ?');
      for (const id of gone) close.run(number - 1, id);
      this.#database
        .prepare('insert into backups (number, id, time) values (?, ?, ?)')
        .run(number, backup.id, backup.time);
      this.#database.exec('commit');
    } catch (error) {
      this.#database.exec('rollback');
      throw error;
    }
    return count;
  }

  /** Lets backups go that are in the repository no more, with what only they had. */
  remove(ids: readonly string[]): void {
    const gone = new Set(ids);
    this.#database.exec('begin');
    try {
      const remove = this.#database.prepare('delete from backups where id = ?');
      for (const id of gone) remove.run(id);
      // Versions that hold between two remaining backups only.
      this.#database.exec(`
        delete from versions where not exists (
          select 1 from backups where number >= versions.first and (versions.last is null or number <= versions.last));
        delete from names where id not in (select name_id from versions)
          and id not in (select parent from names);
      `);
      this.#database.exec('commit');
    } catch (error) {
      this.#database.exec('rollback');
      throw error;
    }
  }

  #numberOf(backupId: string): number | null {
    const row = this.#database.prepare('select number from backups where id = ?').get(backupId) as
      | { number: number }
      | undefined;
    return row?.number ?? null;
  }

  /** The id of a path's name; null when no backup has it. */
  #find(folder: string): number | null {
    const find = this.#database.prepare('select id from names where parent = ? and name = ?');
    let id = 0;
    for (const name of folder.split('/').filter(Boolean)) {
      const row = find.get(id, name) as { id: number } | undefined;
      if (!row) return null;
      id = row.id;
    }
    return id;
  }

  /** One folder of one backup, by name; `after` is the last name of the page before. Null: the backup is not in the catalog. */
  list(backupId: string, folder: string, options: { after?: string | undefined; limit: number }): CatalogNode[] | null {
    const number = this.#numberOf(backupId);
    if (number === null) return null;
    const parent = this.#find(folder);
    if (parent === null) return [];
    const rows = this.#database
      .prepare(`
        select names.name, versions.kind, versions.size, versions.mode, versions.modified from names
        join versions on versions.name_id = names.id and versions.first <= :number
          and (versions.last is null or versions.last >= :number)
        where names.parent = :parent and names.name > :after order by names.name limit :limit`)
      .all({ number, parent, after: options.after ?? '', limit: options.limit }) as unknown as (Version & {
      name: string;
    })[];
    const base = folder.endsWith('/') ? folder : `${folder}/`;
    return rows.map((row) => ({ ...shown(row), name: row.name, path: base + row.name }));
  }

  /** One path of one backup; null when it is not in it. */
  get(backupId: string, where: string): CatalogNode | null {
    const number = this.#numberOf(backupId);
    const id = this.#find(where);
    if (number === null || id === null) return null;
    const row = this.#database
      .prepare(
        'select * from versions where name_id = ? and first <= ? and (last is null or last >= ?) order by first desc limit 1',
      )
      .get(id, number, number) as unknown as Version | undefined;
    return row ? { ...shown(row), name: path.posix.basename(where), path: where } : null;
  }

  /** Names that contain a text, in one backup or in any; each with the backups that it was in, as the first and the last of them. */
  search(
    text: string,
    options: { backupId?: string | undefined; limit: number },
  ): (CatalogNode & { firstBackupId: string; lastBackupId: string })[] {
    const number = options.backupId === undefined ? null : this.#numberOf(options.backupId);
    if (options.backupId !== undefined && number === null) return [];
    const pattern = `%${text.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
    const rows = this.#database
      .prepare(`
        select names.id as name_id, names.name, names.parent, versions.* from names
        join versions on versions.name_id = names.id
          and (:number is null or (versions.first <= :number and (versions.last is null or versions.last >= :number)))
        where names.name like :pattern escape '\\' order by names.name, versions.first desc limit :limit`)
      .all({ number, pattern, limit: options.limit }) as unknown as (Version & {
      name: string;
      parent: number;
      first: number;
      last: number | null;
    })[];
    const inRange = this.#database.prepare(`
      select (select id from backups where number >= :first order by number limit 1) as first,
        (select id from backups where number <= :last order by number desc limit 1) as last`);
    return rows.flatMap((row) => {
      const range = inRange.get({ first: row.first, last: row.last ?? Number.MAX_SAFE_INTEGER }) as {
        first: string | null;
        last: string | null;
      };
      if (range.first === null || range.last === null) return [];
      return {
        ...shown(row),
        name: row.name,
        path: this.#pathOf(row.name_id),
        firstBackupId: range.first,
        lastBackupId: range.last,
      };
    });
  }

  /**
   * What is not the same in two backups, the older one first; `after` is the position of the page before. Null: one of them is
   * not in the catalog.
   */
  compare(
    fromId: string,
    toId: string,
    options: { after?: number | undefined; limit: number },
  ): { items: CatalogDifference[]; next: number | null } | null {
    const [from, to] = [this.#numberOf(fromId), this.#numberOf(toId)];
    if (from === null || to === null) return null;
    const names = this.#database
      .prepare(`
        select distinct name_id as id from versions
        where name_id > :after and ((first > :from and first <= :to) or (last >= :from and last < :to))
        order by name_id limit :limit`)
      .all({ after: options.after ?? 0, from, to, limit: options.limit }) as unknown as { id: number }[];
    const at = this.#database.prepare(
      'select * from versions where name_id = ? and first <= ? and (last is null or last >= ?) order by first desc limit 1',
    );
    const items = names.flatMap(({ id }): CatalogDifference[] => {
      const [before, after] = [from, to].map((number) => at.get(id, number, number) as unknown as Version | undefined);
      // It came and went in between.
      if (!before && !after) return [];
      const where = this.#pathOf(id);
      const node = (version: Version | undefined) =>
        version ? { ...shown(version), name: path.posix.basename(where), path: where } : null;
      return [{ path: where, before: node(before), after: node(after) }];
    });
    return { items, next: names.length === options.limit ? (names.at(-1)?.id ?? null) : null };
  }

  #pathOf(id: number): string {
    const find = this.#database.prepare('select parent, name from names where id = ?');
    let at = id;
    let text = '';
    while (at !== 0) {
      const row = find.get(at) as { parent: number; name: string } | undefined;
      if (!row) break;
      text = `/${row.name}${text}`;
      at = row.parent;
    }
    return text;
  }

  close(): void {
    this.#database.close();
  }
}

function shown(row: Version): Omit<CatalogNode, 'name' | 'path'> {
  const { size, mode, modified } = row;
  return { kind: KINDS[row.kind] ?? 'other', size, mode, modified };
}
