import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { SqliteAdapter, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';

const CACHED_STATEMENTS = 300;

/**
 * node:sqlite stores `undefined`, dates, NaN and infinity silently as NULL: a wrong value must not become a missing one.
 */
function checkParameter(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'bigint' || value instanceof Uint8Array)
    return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const shown = typeof value === 'number' ? String(value) : typeof value;
  throw new TypeError(`SQLite parameter must be null, a finite number, bigint, string or bytes, not ${shown}`);
}

class Statement implements SqliteStatement {
  readonly reader: boolean;
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
    this.reader = statement.columns().length > 0;
    // The row ids that SQLite's own full-text tables make may pass 2^53, and would make even a commit throw.
    if (!this.reader) statement.setReadBigInts(true);
  }

  all(parameters: readonly unknown[]): unknown[] {
    return this.#statement.all(...parameters.map(checkParameter));
  }

  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint } {
    return this.#statement.run(...parameters.map(checkParameter));
  }

  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return this.#statement.iterate(...parameters.map(checkParameter));
  }
}

/** Gives Kysely's SQLite dialect the few calls it needs from node:sqlite, with the statements used last kept prepared. */
class NodeSqlite implements SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, Statement>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  prepare(sql: string): SqliteStatement {
    const known = this.#statements.get(sql);
    if (known) {
      this.#statements.delete(sql);
      this.#statements.set(sql, known);
      return known;
    }
    const statement = new Statement(this.#database.prepare(sql));
    this.#statements.set(sql, statement);
    if (this.#statements.size > CACHED_STATEMENTS) {
      const oldest = this.#statements.keys().next().value;
      if (oldest !== undefined) this.#statements.delete(oldest);
    }
    return statement;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

class TransactionalAdapter extends SqliteAdapter {
  /** SQLite rolls DDL back like anything else; Kysely's own adapter says no, and migrations could then stop half-way. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class NodeSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

/** Opens (or creates) a SQLite file: WAL, every commit synced to disk, foreign keys enforced. */
export function sqliteDialect(file: string): { dialect: SqliteDialect; raw: DatabaseSync } {
  const raw = new DatabaseSync(file, { timeout: 5000 });
  raw.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY',
  );
  return { dialect: new NodeSqliteDialect({ database: new NodeSqlite(raw) }), raw };
}
