import { SampanError } from '@sampan/driver';
import type { Database } from '../platform/database/open.ts';
import { usernameKey } from '../users/store.ts';

const FREE_FAILURES_ACCOUNT = 5;
const FREE_FAILURES_ADDRESS = 20;
const FIRST_LOCK_MS = 30_000;
const LONGEST_LOCK_MS = 15 * 60_000;
const FORGET_AFTER_MS = 24 * 3_600_000;

/** How long a lock lasts after so many failures: nothing at first, then doubling. */
export function lockDuration(failures: number, free: number): number {
  if (failures < free) return 0;
  return Math.min(FIRST_LOCK_MS * 2 ** Math.min(failures - free, 20), LONGEST_LOCK_MS);
}

/** Slows guessing down per account and per address; kept in the database, so that a restart does not reset it. */
export class Lockout {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  #subjects(username: string, address: string): { subject: string; free: number }[] {
    return [
      { subject: `account:${usernameKey(username)}`, free: FREE_FAILURES_ACCOUNT },
      { subject: `address:${address}`, free: FREE_FAILURES_ADDRESS },
    ];
  }

  /** @throws SampanError `account_locked` with the seconds to wait */
  async demandOpen(username: string, address: string, now: number): Promise<void> {
    const names = this.#subjects(username, address).map(({ subject }) => subject);
    const rows = await this.#database.query
      .selectFrom('login_failures')
      .selectAll()
      .where('subject', 'in', names)
      .execute();
    const until = Math.max(0, ...rows.map((row) => row.locked_until));
    if (until <= now) return;
    const seconds = Math.ceil((until - now) / 1000);
    throw new SampanError('account_locked', `Too many wrong passwords; log in is closed for ${seconds} s.`, {
      hint: 'Wait, then try again. An administrator can set a new password.',
      parameters: { seconds },
      retryAfterMs: until - now,
    });
  }

  async recordFailure(username: string, address: string, now: number): Promise<void> {
    const { query } = this.#database;
    await query
      .deleteFrom('login_failures')
      .where('last_at', '<', now - FORGET_AFTER_MS)
      .execute();
    for (const { subject, free } of this.#subjects(username, address)) {
      const { count } = await query
        .insertInto('login_failures')
        .values({ subject, count: 1, last_at: now, locked_until: 0 })
        .onConflict((conflict) =>
          conflict.column('subject').doUpdateSet((eb) => ({ count: eb('login_failures.count', '+', 1), last_at: now })),
        )
        .returning('count')
        .executeTakeFirstOrThrow();
      const duration = lockDuration(count, free);
      if (duration === 0) continue;
      await query
        .updateTable('login_failures')
        .set({ locked_until: now + duration })
        .where('subject', '=', subject)
        .execute();
    }
  }

  async recordSuccess(username: string, address: string): Promise<void> {
    const names = this.#subjects(username, address).map(({ subject }) => subject);
    await this.#database.query.deleteFrom('login_failures').where('subject', 'in', names).execute();
  }
}
