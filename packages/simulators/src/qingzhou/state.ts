import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type InstanceBody, seedInstances } from './seed.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS instances (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    region_id TEXT NOT NULL,
    vpc_id TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    next_status TEXT,
    due_at INTEGER,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS instances_region ON instances (region_id, position);
  CREATE TABLE IF NOT EXISTS nonces (
    access_key_id TEXT NOT NULL,
    nonce TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (access_key_id, nonce)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS nonces_expiry ON nonces (expires_at);
  CREATE TABLE IF NOT EXISTS calls (
    action TEXT NOT NULL,
    code TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (action, code)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS changes (
    position INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    instance_id TEXT NOT NULL
  ) STRICT;
`;

/** The state as it is at a moment: a change that is due has arrived, without anything having to run meanwhile. */
const STATUS_NOW = 'CASE WHEN due_at IS NOT NULL AND due_at <= :now THEN next_status ELSE status END';

export interface InstanceRow {
  body: InstanceBody;
  status: string;
}

export interface InstanceQuery {
  regionId: string;
  instanceIds?: readonly string[] | undefined;
  vpcId?: string | undefined;
  status?: string | undefined;
  /** With `*` for any text. */
  name?: string | undefined;
  tags: readonly { key: string; value: string | undefined }[];
  limit: number;
  offset: number;
}

export interface Journal {
  /** Calls by action and by the code that was answered (`OK` for success). */
  calls: Record<string, Record<string, number>>;
  /** Changes that were accepted, by instance and action: whether anything was done twice. */
  accepted: Record<string, Record<string, number>>;
}

/** Everything that changes in the simulated cloud, in one SQLite database. */
export interface SimulatorState {
  /** Runs `work` as one transaction: an instance's change, its nonce and its journal entry are kept together or not at all. */
  transaction<Result>(work: () => Result): Result;
  instances(query: InstanceQuery, now: number): { rows: InstanceRow[]; total: number };
  instance(regionId: string, id: string, now: number): InstanceRow | null;
  /** `dueAt` null: the state never arrives. */
  move(id: string, status: string, next: string | null, dueAt: number | null): void;
  remove(id: string): void;
  /** Remembers a nonce; false when it is remembered already. */
  useNonce(accessKeyId: string, nonce: string, expiresAt: number, now: number): boolean;
  recordCall(action: string, code: string): void;
  recordChange(action: string, instanceId: string, at: number): void;
  journal(): Journal;
  close(): void;
}

function readRow(row: Record<string, unknown>): InstanceRow {
  return { body: JSON.parse(String(row.body)), status: String(row.status_now) };
}

function likePattern(name: string): string {
  return name.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%');
}

function counted(rows: readonly Record<string, unknown>[]): Record<string, Record<string, number>> {
  const all: Record<string, Record<string, number>> = {};
  for (const row of rows) {
    const outer = String(row.outer);
    all[outer] = { ...all[outer], [String(row.inner)]: Number(row.count) };
  }
  return all;
}

/** Opens the state, and fills it when it is new: an existing file keeps its own instances, whatever `count` says. */
export function openState(path: string | undefined, count: number, now: number): SimulatorState {
  const database = new DatabaseSync(path ?? ':memory:');
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;');
  database.exec(SCHEMA);

  function transaction<Result>(work: () => Result): Result {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }

  transaction(() => {
    if (database.prepare('SELECT 1 FROM instances LIMIT 1').get()) return;
    const insert = database.prepare(
      'INSERT INTO instances (id, region_id, vpc_id, name, status, body) VALUES (?, ?, ?, ?, ?, ?)',
    );
    for (const { body, status } of seedInstances(count, now)) {
      insert.run(body.InstanceId, body.RegionId, body.VpcId, body.Name, status, JSON.stringify(body));
    }
  });

  const statements = {
    one: database.prepare(
      `SELECT body, ${STATUS_NOW} AS status_now FROM instances WHERE region_id = :region AND id = :id`,
    ),
    move: database.prepare('UPDATE instances SET status = ?, next_status = ?, due_at = ? WHERE id = ?'),
    remove: database.prepare('DELETE FROM instances WHERE id = ?'),
    forget: database.prepare('DELETE FROM nonces WHERE expires_at < ?'),
    nonce: database.prepare('INSERT OR IGNORE INTO nonces (access_key_id, nonce, expires_at) VALUES (?, ?, ?)'),
    call: database.prepare(
      'INSERT INTO calls (action, code, count) VALUES (?, ?, 1) ON CONFLICT (action, code) DO UPDATE SET count = count + 1',
    ),
    change: database.prepare('INSERT INTO changes (at, action, instance_id) VALUES (?, ?, ?)'),
    calls: database.prepare('SELECT action AS outer, code AS inner, count FROM calls'),
    accepted: database.prepare(
      'SELECT instance_id AS outer, action AS inner, count(*) AS count FROM changes GROUP BY instance_id, action',
    ),
  };

  return {
    transaction,
    instances(query, at) {
      const conditions = ['region_id = :region'];
      const values: Record<string, SQLInputValue> = { region: query.regionId, now: at };
      const add = (condition: string, value: string | undefined) => {
        if (value === undefined) return;
        const name = `p${conditions.length}`;
        conditions.push(condition.replace('?', `:${name}`));
        values[name] = value;
      };
      add('id IN (SELECT value FROM json_each(?))', query.instanceIds && JSON.stringify(query.instanceIds));
      add('vpc_id = ?', query.vpcId);
      add(`${STATUS_NOW} = ?`, query.status);
      add("name LIKE ? ESCAPE '\\'", query.name === undefined ? undefined : likePattern(query.name));
      for (const { key, value } of query.tags) {
        const pair = value === undefined ? { key } : { key, value };
        add(
          `EXISTS (SELECT 1 FROM json_each(instances.body, '$.Tags') AS tag, (SELECT ? AS wanted)
             WHERE tag.key = json_extract(wanted, '$.key')
               AND tag.value = coalesce(json_extract(wanted, '$.value'), tag.value))`,
          JSON.stringify(pair),
        );
      }
      const where = conditions.join(' AND ');
      const usesNow = where.includes(':now');
      const { now: _now, ...countValues } = values;
      const counting = database.prepare(`SELECT count(*) AS total FROM instances WHERE ${where}`);
      const total = Number(counting.get(usesNow ? values : countValues)?.total ?? 0);
      const rows = database
        .prepare(
          `SELECT body, ${STATUS_NOW} AS status_now FROM instances WHERE ${where} ORDER BY position LIMIT :limit OFFSET :offset`,
        )
        .all({ ...values, limit: query.limit, offset: query.offset });
      return { rows: rows.map(readRow), total };
    },
    instance(regionId, id, at) {
      const row = statements.one.get({ region: regionId, id, now: at });
      return row ? readRow(row) : null;
    },
    move: (id, status, next, dueAt) => void statements.move.run(status, next, dueAt, id),
    remove: (id) => void statements.remove.run(id),
    useNonce(accessKeyId, nonce, expiresAt, at) {
      statements.forget.run(at);
      return statements.nonce.run(accessKeyId, nonce, expiresAt).changes === 1;
    },
    recordCall: (action, code) => void statements.call.run(action, code),
    recordChange: (action, instanceId, at) => void statements.change.run(at, action, instanceId),
    journal: () => ({ calls: counted(statements.calls.all()), accepted: counted(statements.accepted.all()) }),
    close: () => database.close(),
  };
}
