import { SampanError } from '@sampan/driver';
import { sql } from 'kysely';
import type { Database } from '../platform/database/open.ts';
import type { Db } from '../tables.ts';
import { usernameKey } from '../users/store.ts';

const FREE_FAILURES_ACCOUNT = 5;
const FREE_FAILURES_ADDRESS = 20;
const FIRST_LOCK_MS = 30_000;
const LONGEST_LOCK_MS = 15 * 60_000;
/** After so many doublings a lock is as long as it gets. */
const DOUBLINGS = Math.ceil(Math.log2(LONGEST_LOCK_MS / FIRST_LOCK_MS));
const FORGET_AFTER_MS = 24 * 3_600_000;

/** How long a lock lasts after so many failures: nothing at first, then doubling. */
export function lockDuration(failures: number, free: number): number {
  if (failures < free) return 0;
  return Math.min(FIRST_LOCK_MS * 2 ** Math.min(failures - free, DOUBLINGS), LONGEST_LOCK_MS);
}

/** Opens an account again, wherever it was closed: it has a new password. */
export async function forgetFailures(db: Db, usernameKey: string): Promise<void> {
  const account = `account:${usernameKey}`;
  await db
    .deleteFrom('login_failures')
    .where((eb) => eb.or([eb('subject', '=', account), eb('subject', 'like', `${account} %`)]))
    .execute();
}

interface Subject {
  name: string;
  /** Failures before the first lock. */
  free: number;
}

/** Slows guessing down per account and per address; kept in the database, so that a restart does not reset it. */
export class Lockout {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Counts a try as a failure before it is known to be one, so that many at once get no further than one after another;
   * `recordSuccess` takes it back.
   *
   * @throws SampanError `account_locked` with the seconds to wait
   */
  async begin(username: string, address: string, now: number): Promise<void> {
    const { query } = this.#database;
    const subjects = await this.#subjects(username, address, now);
    const names = subjects.map(({ name }) => name);
    const rows = await query.selectFrom('login_failures').selectAll().where('subject', 'in', names).execute();
    const until = Math.max(0, ...rows.map((row) => row.locked_until));
    if (until > now) throw locked(until - now);
    await query
      .deleteFrom('login_failures')
      .where('last_at', '<', now - FORGET_AFTER_MS)
      .execute();
    for (const subject of subjects) {
      // Whoever comes while it is locked changes nothing: somebody else was faster.
      if (!(await this.#count(subject, now))) throw locked(FIRST_LOCK_MS);
    }
  }

  async recordSuccess(username: string, address: string, now: number): Promise<void> {
    const names = (await this.#subjects(username, address, now)).map(({ name }) => name);
    await this.#database.query.deleteFrom('login_failures').where('subject', 'in', names).execute();
  }

  /** @returns false when it is locked by now */
  async #count({ name, free }: Subject, now: number): Promise<boolean> {
    const failures = sql<number>`login_failures.count + 1`;
    const doublings = sql<number>`login_failures.count + 1 - ${sql.lit(free)}`;
    const lockedUntil = sql<number>`case
      when ${doublings} < 0 then 0
      when ${doublings} >= ${sql.lit(DOUBLINGS)} then ${sql.lit(now + LONGEST_LOCK_MS)}
      else ${sql.lit(now)} + (${sql.lit(FIRST_LOCK_MS)} << (${doublings})) end`;
    const row = await this.#database.query
      .insertInto('login_failures')
      .values({ subject: name, count: 1, last_at: now, locked_until: 0 })
      .onConflict((conflict) =>
        conflict
          .column('subject')
          .doUpdateSet({ count: failures, last_at: now, locked_until: lockedUntil })
          .where('login_failures.locked_until', '<=', now),
      )
      .returning('count')
      .executeTakeFirst();
    return row !== undefined;
  }

  /**
   * Where somebody is logged in already, strangers who guess elsewhere lock nobody out: the account is counted there by
   * itself.
   */
  async #subjects(username: string, address: string, now: number): Promise<Subject[]> {
    const key = usernameKey(username);
    const isKnown = await this.#database.query
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .select('sessions.id')
      .where('users.username_key', '=', key)
      .where('sessions.address', '=', address)
      .where('sessions.expires_at', '>', now)
      .limit(1)
      .executeTakeFirst();
    return [
      { name: isKnown ? `account:${key} ${address}` : `account:${key}`, free: FREE_FAILURES_ACCOUNT },
      { name: `address:${address}`, free: FREE_FAILURES_ADDRESS },
    ];
  }
}

function locked(milliseconds: number): SampanError {
  const seconds = Math.ceil(milliseconds / 1000);
  return new SampanError('account_locked', `Too many wrong passwords; log in is closed for ${seconds} s.`, {
    hint: 'Wait, then try again. An administrator can set a new password.',
    parameters: { seconds },
    retryAfterMs: milliseconds,
  });
}
