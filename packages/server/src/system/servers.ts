import { hostname } from 'node:os';
import { type Database, databaseNow } from '../platform/database/open.ts';
import { newId } from '../platform/ids.ts';
import { fromJson } from '../platform/json.ts';
import type { Log } from '../platform/log.ts';
import type { KeySource } from '../platform/secrets/key-source.ts';
import { readKeyState } from '../platform/secrets/key-state.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import { VERSION } from '../version.ts';
import type { ServerRow } from './tables.ts';

const BEAT_MS = 10_000;
/** Silent for longer: it is gone, or will find the present key before it does anything else. */
const ALIVE_MS = 30_000;
const FORGET_MS = 86_400_000;

export interface LiveServer {
  id: string;
  nodeId: string;
  name: string;
  version: string;
  startedAt: number;
  seenAt: number;
  keyIds: readonly string[];
  keyId: string;
  isThis: boolean;
}

interface ServerParts {
  database: Database;
  sealer: Sealer;
  keys: KeySource;
  nodeId: string;
  log: Log;
  /** Called each time. */
  onBeat: () => Promise<void>;
  /** How often it says that it lives; tests need not wait as long. */
  beatMs?: number | undefined;
}

/** Says that this server lives and which secret keys it has, and follows the database: when the key that seals changes, and otherwise. */
export class Servers {
  readonly #parts: ServerParts;
  readonly #id = newId();
  readonly #startedAt = Date.now();
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> = Promise.resolve();
  #count = 1;

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    // One process means one server: what others left is of processes that are gone.
    const { database, log } = this.#parts;
    if (database.kind === 'sqlite') await database.query.deleteFrom('servers').execute();
    await this.beat();
    this.#timer = setInterval(() => {
      this.beat().catch((error) => log.error({ err: error }, 'the server could not say that it lives'));
    }, this.#parts.beatMs ?? BEAT_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating.catch(() => undefined);
    // Without a database it is forgotten by itself.
    const { query } = this.#parts.database;
    await query
      .deleteFrom('servers')
      .where('id', '=', this.#id)
      .execute()
      .catch(() => undefined);
  }

  /** How many live, as of the last beat; this one at least. */
  get count(): number {
    return this.#count;
  }

  /** One after the other: what an earlier one read is not to undo what a later one did. */
  beat(): Promise<void> {
    const beat = this.#beating.catch(() => undefined).then(() => this.#beat());
    this.#beating = beat;
    return beat;
  }

  async live(): Promise<LiveServer[]> {
    const { database } = this.#parts;
    const rows = await database.query
      .selectFrom('servers')
      .selectAll()
      .where('seen_at', '>', (eb) => eb(databaseNow(database.kind), '-', ALIVE_MS))
      .orderBy('started_at')
      .orderBy('id')
      .execute();
    return rows.map((row) => ({
      ...{ id: row.id, nodeId: row.node_id, name: row.name, version: row.version },
      ...{ startedAt: row.started_at, seenAt: row.seen_at },
      ...{ keyIds: fromJson<string[]>(row.key_ids), keyId: row.key_id, isThis: row.id === this.#id },
    }));
  }

  /** Those of these that no living server is. */
  async absent(nodeIds: readonly string[]): Promise<Set<string>> {
    const present = new Set((await this.live()).map(({ nodeId }) => nodeId));
    return new Set(nodeIds.filter((id) => id !== this.#parts.nodeId && !present.has(id)));
  }

  async #beat(): Promise<void> {
    const { database, sealer, nodeId, onBeat } = this.#parts;
    await this.#followKeys();
    await onBeat();
    const said: Omit<ServerRow, 'seen_at' | 'id'> = {
      ...{ node_id: nodeId, name: hostname(), version: VERSION, started_at: this.#startedAt },
      ...{ key_ids: JSON.stringify(sealer.keyIds), key_id: sealer.keyId },
    };
    const seen_at = databaseNow(database.kind);
    await database.query
      .insertInto('servers')
      .values({ id: this.#id, seen_at, ...said })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ seen_at, ...said }))
      .execute();
    await database.query
      .deleteFrom('servers')
      .where('seen_at', '<', (eb) => eb(databaseNow(database.kind), '-', FORGET_MS))
      .execute();
    this.#count = Math.max(1, (await this.live()).length);
  }

  async #followKeys(): Promise<void> {
    const { database, sealer, log } = this.#parts;
    const { keyId, rotation } = await readKeyState(database.query);
    const wanted = [keyId, rotation?.from, rotation?.to].filter((id) => typeof id === 'string');
    for (const id of wanted.filter((each) => !sealer.keyIds.includes(each))) await this.#find(id);
    if (keyId !== null && keyId !== sealer.keyId) {
      if (sealer.keyIds.includes(keyId)) sealer.sealWith(keyId);
      else log.error({ key: keyId }, 'the secret key was changed, and this server does not have the new one');
    }
    for (const id of sealer.keyIds) if (!wanted.includes(id)) sealer.drop(id);
  }

  async #find(id: string): Promise<void> {
    try {
      const key = await this.#parts.keys.find(id);
      if (key) this.#parts.sealer.add(key);
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'the secret key could not be read again');
    }
  }
}
