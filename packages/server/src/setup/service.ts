import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { SampanError, toSampanError } from '@sampan/driver';
import type { Changes } from '../platform/changes.ts';
import type { Log } from '../platform/log.ts';
import { SYSTEM } from '../policy/actor.ts';
import { checkNewPassword, hashPassword } from '../users/password.ts';
import type { UserService, UserView } from '../users/service.ts';
import { hasUsers } from '../users/store.ts';

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Makes the first administrator: once, by a one-time link, or by SAMPAN_ADMIN_PASSWORD. */
export class SetupService {
  readonly #changes: Changes;
  readonly #users: UserService;
  #tokenHash: Buffer | null = null;

  constructor(parts: { changes: Changes; users: UserService }) {
    this.#changes = parts.changes;
    this.#users = parts.users;
  }

  async isNeeded(): Promise<boolean> {
    return !(await this.#users.exist());
  }

  /** At start: creates `admin` from the setting, or answers the token of the one-time link; null when nothing is to do. */
  async prepare(adminPassword: string | null, log: Log): Promise<string | null> {
    if (!(await this.isNeeded())) return null;
    if (adminPassword !== null) {
      await this.#createFromSetting(adminPassword, log);
      return null;
    }
    const token = randomBytes(24).toString('base64url');
    this.#tokenHash = hash(token);
    return token;
  }

  /** @throws SampanError `setup_token_invalid`, `setup_done`, `weak_password` */
  async complete(wish: { token: string; username: string; password: string }, address: string): Promise<UserView> {
    if (!(await this.isNeeded())) {
      throw new SampanError('setup_done', 'The first administrator exists already.', { hint: 'Log in.' });
    }
    if (this.#tokenHash === null || !timingSafeEqual(this.#tokenHash, hash(wish.token))) {
      throw new SampanError('setup_token_invalid', 'This one-time link is not valid.', {
        hint: 'Use the link that the server printed when it was last started; restart it for a new one.',
      });
    }
    checkNewPassword(wish.password, wish.username);
    const user = await this.#createFirst(wish.username, wish.password, {
      kind: 'anonymous',
      name: wish.username,
      address,
    });
    this.#tokenHash = null;
    return user;
  }

  /** Automation may choose a short password for a throw-away server: it is taken, and the log says that it is weak. */
  async #createFromSetting(password: string, log: Log): Promise<void> {
    try {
      checkNewPassword(password, 'admin');
    } catch (error) {
      log.warn(
        { reason: toSampanError(error).message },
        'SAMPAN_ADMIN_PASSWORD is weak; change it before others can reach this server',
      );
    }
    try {
      await this.#createFirst('admin', password, SYSTEM);
      log.info('the user admin was created from SAMPAN_ADMIN_PASSWORD');
    } catch (error) {
      // Another server on the same database was faster.
      if (toSampanError(error).code !== 'setup_done') throw error;
    }
  }

  async #createFirst(
    username: string,
    password: string,
    actor: Parameters<UserService['insert']>[3],
  ): Promise<UserView> {
    const passwordHash = await hashPassword(password);
    return this.#changes.run(async (change) => {
      // The lock on this row makes two servers that start together take turns.
      await change.db.updateTable('projects').set({ name: 'default' }).where('id', '=', 'default').execute();
      if (await hasUsers(change.db))
        throw new SampanError('setup_done', 'The first administrator exists already.', { hint: 'Log in.' });
      return this.#users.insert(change, { username, password, role: 'administrator' }, passwordHash, actor);
    });
  }
}
