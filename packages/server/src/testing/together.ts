import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../tables.ts';
import { besides, type TestPlace } from './databases.ts';

type Asked<T> = readonly (() => Promise<T>)[];

/** Answers of changes that began while somebody else's was not yet committed, and waited for it. For PostgreSQL. */
export async function during<T>(
  place: TestPlace,
  somebodyElse: (transaction: Transaction<Tables>) => Promise<unknown>,
  changes: Asked<T>,
): Promise<T[]> {
  const { query } = besides(place);
  let answers: Promise<T>[] = [];
  let answered = 0;
  try {
    await query.transaction().execute(async (transaction) => {
      await somebodyElse(transaction);
      answers = changes.map((change) =>
        change().finally(() => {
          answered += 1;
        }),
      );
      while ((await waiting()) + answered < answers.length) await sleep(10);
    });
    return await Promise.all(answers);
  } finally {
    await query.destroy();
  }

  /** How many connections wait for a lock. */
  async function waiting(): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'
    `.execute(query);
    return rows[0]?.count ?? 0;
  }
}

/**
 * Answers of changes that are all under way at the same moment: on PostgreSQL none commits before each has begun and waits,
 * at the latest to write into the audit log. On SQLite one follows the other anyway.
 */
export function together<T>(place: TestPlace, changes: Asked<T>): Promise<T[]> {
  if (place.databaseUrl === null) return Promise.all(changes.map((change) => change()));
  const holdAudit = (transaction: Transaction<Tables>) =>
    transaction.updateTable('sequences').set({ name: 'audit_events' }).where('name', '=', 'audit_events').execute();
  return during(place, holdAudit, changes);
}
