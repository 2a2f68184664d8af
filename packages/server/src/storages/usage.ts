import type { Database } from '../platform/database/open.ts';
import { fromJsonOrNull } from '../platform/json.ts';
import { costOfDay, type Prices } from './prices.ts';
import { readStorage } from './store.ts';
import type { StorageDayRow } from './tables.ts';
import { dayOf, type StorageTraffic } from './traffic.ts';

const DAY_MS = 86_400_000;

function emptyDay(storageId: string, day: string): StorageDayRow {
  return {
    storage_id: storageId,
    day,
    write_requests: 0,
    read_requests: 0,
    list_requests: 0,
    delete_requests: 0,
    failed_requests: 0,
    bytes_sent: 0,
    bytes_received: 0,
    objects: null,
    bytes: null,
  };
}

function traffic(row: StorageDayRow) {
  return {
    requests: {
      write: row.write_requests,
      read: row.read_requests,
      list: row.list_requests,
      delete: row.delete_requests,
      failed: row.failed_requests,
    },
    bytesSent: row.bytes_sent,
    bytesReceived: row.bytes_received,
  };
}

/** What lies in a storage and what went to and from it, day by day, and what that cost. */
export class StorageUsage {
  readonly #database: Database;
  readonly #traffic: StorageTraffic;
  readonly #now: () => number;

  constructor(parts: { database: Database; traffic: StorageTraffic; now?: () => number }) {
    this.#database = parts.database;
    this.#traffic = parts.traffic;
    this.#now = parts.now ?? Date.now;
  }

  /** The last `days` days up to today, each of them; what lay there is carried on from the last measurement. */
  async read(storageId: string, days: number) {
    await this.#traffic.flush();
    const storage = await readStorage(this.#database.query, storageId);
    const prices = fromJsonOrNull<Prices>(storage.prices);
    const now = this.#now();
    const names = Array.from({ length: days }, (_, index) => dayOf(now - (days - 1 - index) * DAY_MS));
    const [first = ''] = names;
    const rows = await this.#database.query
      .selectFrom('storage_days')
      .selectAll()
      .where('storage_id', '=', storageId)
      .where('day', '>=', first)
      .execute();
    const known = new Map(rows.map((row) => [row.day, row]));
    let space = await this.#lastMeasuredBefore(storageId, first);
    const totals = emptyDay(storageId, '');
    let totalCost = 0;
    const items = names.map((day) => {
      const row = known.get(day) ?? emptyDay(storageId, day);
      if (row.objects !== null && row.bytes !== null) space = { objects: row.objects, bytes: row.bytes };
      const cost = prices && costOfDay(prices, row, space?.bytes ?? null);
      totalCost += cost ?? 0;
      add(totals, row);
      return { day, objects: space?.objects ?? null, bytes: space?.bytes ?? null, ...traffic(row), cost };
    });
    return { items, totals: { ...traffic(totals), cost: prices && totalCost }, prices };
  }

  async #lastMeasuredBefore(storageId: string, day: string): Promise<{ objects: number; bytes: number } | null> {
    const row = await this.#database.query
      .selectFrom('storage_days')
      .select(['objects', 'bytes'])
      .where('storage_id', '=', storageId)
      .where('day', '<', day)
      .where('objects', 'is not', null)
      .orderBy('day', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.objects != null && row.bytes !== null ? { objects: row.objects, bytes: row.bytes } : null;
  }
}

function add(totals: StorageDayRow, row: StorageDayRow): void {
  totals.write_requests += row.write_requests;
  totals.read_requests += row.read_requests;
  totals.list_requests += row.list_requests;
  totals.delete_requests += row.delete_requests;
  totals.failed_requests += row.failed_requests;
  totals.bytes_sent += row.bytes_sent;
  totals.bytes_received += row.bytes_received;
}
