import type { StorageDayRow } from './tables.ts';

/** What a vendor asks for, in one currency; null where it asks for nothing or nobody said. */
export interface Prices {
  /** ISO 4217, e.g. `CNY`. */
  currency: string | null;
  storagePerGibMonth: number | null;
  writePer10000: number | null;
  readPer10000: number | null;
  listPer10000: number | null;
  deletePer10000: number | null;
  downloadPerGib: number | null;
}

const GIB = 1024 ** 3;

function daysOfMonth(day: string): number {
  const [year = 0, month = 0] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** What a day cost: its requests, its downloads, and a day's share of what lay there (`bytes`, unknown as null). */
export function costOfDay(prices: Prices, day: StorageDayRow, bytes: number | null): number {
  const per10000 = (requests: number, price: number | null) => (requests / 10_000) * (price ?? 0);
  return (
    per10000(day.write_requests, prices.writePer10000) +
    per10000(day.read_requests, prices.readPer10000) +
    per10000(day.list_requests, prices.listPer10000) +
    per10000(day.delete_requests, prices.deletePer10000) +
    (day.bytes_received / GIB) * (prices.downloadPerGib ?? 0) +
    ((bytes ?? 0) / GIB) * ((prices.storagePerGibMonth ?? 0) / daysOfMonth(day.day))
  );
}
