import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { fromJsonOrNull, type Json } from '../platform/json.ts';
import type { Log } from '../platform/log.ts';
import { sleep } from '../platform/time.ts';
import { firstSequence, lastSequence, NOTIFY_CHANNEL, readEvents, trimEvents } from './store.ts';
import type { EventKind, EventRow } from './tables.ts';

const READ_AT_ONCE = 500;
const LOOK_EVERY_MS = 2_000;
const TRIM_EVERY_MS = 600_000;
const KEEP_MS = 86_400_000;
const KEEP_ROWS = 100_000;

/** An event with the resource as it is now: what a browser needs to be up to date without asking. */
export interface ResolvedEvent {
  sequence: number;
  time: number;
  kind: EventKind;
  id: string | null;
  action: EventRow['action'];
  data: unknown;
}

export type Resolver = (ids: readonly string[]) => Promise<ReadonlyMap<string, unknown>>;
export type Subscriber = (events: readonly ResolvedEvent[]) => void;

/** Reads the table of events once for all who watch, and looks up what they are about once. */
export class EventHub {
  readonly #database: Database;
  readonly #log: Log;
  readonly #resolvers = new Map<EventKind, Resolver>();
  readonly #subscribers = new Set<Subscriber>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #stop = new AbortController();
  #sequence = 0;
  #reading: Promise<void> | undefined;
  #readAgain = false;

  constructor(parts: { database: Database; changes: Changes; log: Log }) {
    this.#database = parts.database;
    this.#log = parts.log;
    parts.changes.onEvents(() => this.#wake());
  }

  /** Says how resources of a kind are looked up; what is not found (any more) is told without data. */
  resolve(kind: EventKind, resolver: Resolver): void {
    this.#resolvers.set(kind, resolver);
  }

  async start(): Promise<void> {
    this.#sequence = await lastSequence(this.#database.query);
    this.#timer(LOOK_EVERY_MS, () => this.#wake());
    this.#timer(TRIM_EVERY_MS, () => {
      trimEvents(this.#database.query, Date.now() - KEEP_MS, KEEP_ROWS).catch((error) =>
        this.#log.error({ err: error }, 'old events could not be removed'),
      );
    });
    if (this.#database.listenUrl !== null) void this.#listen(this.#database.listenUrl);
  }

  /** Sequence of the last event that was told. */
  get sequence(): number {
    return this.#sequence;
  }

  get subscriberCount(): number {
    return this.#subscribers.size;
  }

  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  /**
   * Events after a sequence up to one that was told already, page by page.
   * @returns null when they are no longer kept or the number is not from this database: the reader must start afresh.
   */
  async canReplay(after: number): Promise<boolean> {
    if (after > this.#sequence) return false;
    if (after === this.#sequence) return true;
    const first = await firstSequence(this.#database.query);
    return first !== null && first <= after + 1;
  }

  async *replay(after: number, until: number): AsyncGenerator<readonly ResolvedEvent[]> {
    let position = after;
    while (position < until) {
      const rows = (await readEvents(this.#database.query, position, READ_AT_ONCE)).filter(
        (row) => row.sequence <= until,
      );
      const last = rows.at(-1);
      if (!last) return;
      yield await this.#resolveAll(rows);
      position = last.sequence;
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    for (const timer of this.#timers) clearInterval(timer);
    await this.#reading;
  }

  #timer(milliseconds: number, work: () => void): void {
    const timer = setInterval(work, milliseconds);
    timer.unref();
    this.#timers.push(timer);
  }

  #wake(): void {
    if (this.#stop.signal.aborted) return;
    this.#readAgain = true;
    this.#reading ??= this.#readUntilQuiet().finally(() => {
      this.#reading = undefined;
    });
  }

  async #readUntilQuiet(): Promise<void> {
    while (this.#readAgain && !this.#stop.signal.aborted) {
      this.#readAgain = false;
      try {
        const rows = await readEvents(this.#database.query, this.#sequence, READ_AT_ONCE);
        const last = rows.at(-1);
        if (!last) continue;
        if (rows.length === READ_AT_ONCE) this.#readAgain = true;
        const events = this.#subscribers.size > 0 ? await this.#resolveAll(rows) : [];
        this.#sequence = last.sequence;
        for (const subscriber of this.#subscribers) subscriber(events);
      } catch (error) {
        this.#log.error({ err: error }, 'events could not be read');
      }
    }
  }

  /** Of several events about one thing only the last carries it. */
  async #resolveAll(rows: readonly EventRow[]): Promise<ResolvedEvent[]> {
    const latest = new Map<string, EventRow>();
    for (const row of rows)
      latest.set(row.resource_id === null ? `${row.sequence}` : `${row.kind}:${row.resource_id}`, row);
    const kept = [...latest.values()].sort((a, b) => a.sequence - b.sequence);
    const found = new Map<string, unknown>();
    for (const [kind, resolver] of this.#resolvers) {
      const ids = kept.flatMap((row) => (row.kind === kind && row.resource_id !== null ? row.resource_id : []));
      if (ids.length === 0) continue;
      for (const [id, data] of await resolver(ids)) found.set(`${kind}:${id}`, data);
    }
    return kept.map((row) => ({
      sequence: row.sequence,
      time: row.time,
      kind: row.kind,
      id: row.resource_id,
      action: row.action,
      data: found.get(`${row.kind}:${row.resource_id}`) ?? fromJsonOrNull<Json>(row.data),
    }));
  }

  /** Keeps one connection that PostgreSQL wakes; while it is down, the timer does. */
  async #listen(url: string): Promise<void> {
    const { signal } = this.#stop;
    const { default: pg } = await import('pg');
    while (!signal.aborted) {
      const client = new pg.Client({ connectionString: url, application_name: 'sampan events' });
      try {
        await client.connect();
        const ended = new Promise<void>((resolve) => {
          client.on('end', () => resolve());
          client.on('error', () => resolve());
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
        client.on('notification', () => this.#wake());
        await client.query(`listen ${NOTIFY_CHANNEL}`);
        this.#wake();
        await ended;
      } catch (error) {
        this.#log.warn({ err: error }, 'the listener for events lost its connection; it tries again');
      }
      await client.end().catch(() => undefined);
      await sleep(1_000, signal).catch(() => undefined);
    }
  }
}
