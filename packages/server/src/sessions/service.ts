import { createHash, randomBytes } from 'node:crypto';
import { SampanError } from '@sampan/driver';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { notFound } from '../platform/http/problem.ts';
import { newId } from '../platform/ids.ts';
import { isoTime } from '../platform/time.ts';
import type { Actor } from '../policy/actor.ts';
import { demand } from '../policy/policy.ts';
import type { UserService } from '../users/service.ts';
import type { UserRow } from '../users/tables.ts';
import { Lockout } from './lockout.ts';
import type { SessionRow } from './tables.ts';

export const SESSION_COOKIE = 'sampan_session';
const LIFETIME_MS = 14 * 86_400_000;
const IDLE_MS = 3 * 86_400_000;
/** The last use is written at most this often. */
const TOUCH_EVERY_MS = 60_000;

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export function presentSession(row: SessionRow, currentId: string | null) {
  return {
    id: row.id,
    createdAt: isoTime(row.created_at),
    lastUsedAt: isoTime(row.last_used_at),
    expiresAt: isoTime(row.expires_at),
    address: row.address,
    userAgent: row.user_agent,
    current: row.id === currentId,
  };
}

export class SessionService {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #users: UserService;
  readonly #lockout: Lockout;

  constructor(parts: { database: Database; changes: Changes; users: UserService }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#users = parts.users;
    this.#lockout = new Lockout(parts.database);
  }

  /**
   * Logs in.
   * @throws SampanError `wrong_credentials` (also for an unknown or disabled account), `account_locked`
   */
  async logIn(
    credentials: { username: string; password: string },
    from: { address: string; userAgent: string },
  ): Promise<{ row: SessionRow; token: string; user: UserRow }> {
    const { username, password } = credentials;
    await this.#lockout.begin(username, from.address, Date.now());
    const user = await this.#users.authenticate(username, password);
    if (!user) {
      await this.#changes.run(async (change) =>
        change.audit({
          actor: { kind: 'anonymous', name: username.slice(0, 100), address: from.address },
          action: 'session.create',
          result: 'refused',
          code: 'wrong_credentials',
        }),
      );
      throw new SampanError('wrong_credentials', 'The user name or the password is wrong.', {
        hint: 'Check both, and the caps lock key. An administrator can set a new password.',
      });
    }
    await this.#lockout.recordSuccess(username, from.address, Date.now());
    return { ...(await this.open(user, from)), user };
  }

  /** Opens a session for a user who has proved who they are. */
  async open(user: UserRow, from: { address: string; userAgent: string }): Promise<{ row: SessionRow; token: string }> {
    const token = randomBytes(32).toString('base64url');
    const row = await this.#changes.run(async (change) => {
      const session: SessionRow = {
        id: newId(change.now),
        user_id: user.id,
        token_hash: hashToken(token),
        address: from.address,
        user_agent: from.userAgent.slice(0, 300),
        created_at: change.now,
        last_used_at: change.now,
        expires_at: change.now + LIFETIME_MS,
      };
      await change.db.deleteFrom('sessions').where('expires_at', '<', change.now).execute();
      await change.db.insertInto('sessions').values(session).execute();
      change.event({ kind: 'session', id: session.id, action: 'created', data: { userId: user.id } });
      change.audit({
        actor: {
          kind: 'user',
          id: user.id,
          name: user.username,
          role: user.role,
          sessionId: session.id,
          address: from.address,
        },
        action: 'session.create',
        resource: { kind: 'session', id: session.id },
        result: 'succeeded',
      });
      return session;
    });
    return { row, token };
  }

  /** The session of a cookie's token with its user, if both may still act. */
  async find(token: string, now: number): Promise<{ session: SessionRow; user: UserRow } | undefined> {
    const session = await this.#database.query
      .selectFrom('sessions')
      .selectAll()
      .where('token_hash', '=', hashToken(token))
      .executeTakeFirst();
    if (!session || session.expires_at <= now || session.last_used_at <= now - IDLE_MS) return undefined;
    const user = await this.#users.findActive(session.user_id);
    if (!user) return undefined;
    if (session.last_used_at < now - TOUCH_EVERY_MS) {
      await this.#database.query
        .updateTable('sessions')
        .set({ last_used_at: now })
        .where('id', '=', session.id)
        .execute();
    }
    return { session, user };
  }

  /** Whether a session that was open when a stream began still is, and its user may still act. */
  async isOpen(id: string): Promise<boolean> {
    const row = await this.#database.query.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
    return (
      row !== undefined && row.expires_at > Date.now() && (await this.#users.findActive(row.user_id)) !== undefined
    );
  }

  async listOwn(userId: string): Promise<SessionRow[]> {
    return this.#database.query
      .selectFrom('sessions')
      .selectAll()
      .where('user_id', '=', userId)
      .where('expires_at', '>', Date.now())
      .orderBy('id', 'desc')
      .limit(200)
      .execute();
  }

  async end(id: string, actor: Actor): Promise<void> {
    await this.#changes.run(async (change) => {
      const row = await change.db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row) throw notFound('session', id);
      demand(actor, 'session:delete', { ownerId: row.user_id });
      await change.db.deleteFrom('sessions').where('id', '=', id).execute();
      change.event({ kind: 'session', id, action: 'deleted', data: { userId: row.user_id } });
      change.audit({ actor, action: 'session.delete', resource: { kind: 'session', id }, result: 'succeeded' });
    });
  }
}
