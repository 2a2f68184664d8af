import { SampanError } from '@sampan/driver';
import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { checkRevision } from '../platform/http/conditional.ts';
import { idTaken, notFound } from '../platform/http/problem.ts';
import { newId } from '../platform/ids.ts';
import { DEFAULT_PROJECT } from '../platform/tables.ts';
import { isoTime } from '../platform/time.ts';
import type { Actor } from '../policy/actor.ts';
import type { Role } from '../policy/roles.ts';
import { forgetFailures } from '../sessions/lockout.ts';
import { checkNewPassword, hashPassword, verifyPassword } from './password.ts';
import { findUser, findUserByName, hasOtherAdministrator, hasUsers, usernameKey } from './store.ts';
import type { UserRow } from './tables.ts';

export function presentUser(row: UserRow) {
  return {
    id: row.id,
    revision: row.revision,
    username: row.username,
    displayName: row.display_name,
    role: row.role,
    disabled: row.disabled === 1,
    createdAt: isoTime(row.created_at),
    updatedAt: isoTime(row.updated_at),
  };
}

export type UserView = ReturnType<typeof presentUser>;

export interface NewUser {
  id?: string | undefined;
  username: string;
  displayName?: string | undefined;
  role: Role;
  password: string;
}

export interface UserEdit {
  displayName?: string | undefined;
  role?: Role | undefined;
  disabled?: boolean | undefined;
  password?: string | undefined;
}

function changedJustNow(): SampanError {
  return new SampanError('operation_conflict', 'The user changed just now.', { hint: 'Try again.', retryable: true });
}

export class UserService {
  readonly #database: Database;
  readonly #changes: Changes;

  constructor(parts: { database: Database; changes: Changes }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
  }

  exist(): Promise<boolean> {
    return hasUsers(this.#database.query);
  }

  async get(id: string): Promise<UserView> {
    const row = await findUser(this.#database.query, id);
    if (!row) throw notFound('user', id);
    return presentUser(row);
  }

  /** The row of an account that may act; undefined when it does not exist or is disabled. */
  async findActive(id: string): Promise<UserRow | undefined> {
    const row = await findUser(this.#database.query, id);
    return row?.disabled === 0 ? row : undefined;
  }

  /** The account of this name if the password is right and it is not disabled. Takes the same time when it is not. */
  async authenticate(username: string, password: string): Promise<UserRow | undefined> {
    const row = await findUserByName(this.#database.query, username);
    const isRight = await verifyPassword(password, row?.password_hash ?? null);
    return isRight && row?.disabled === 0 ? row : undefined;
  }

  /** @param options.repeated the id comes from an Idempotency-Key: what exists under it is the first attempt's */
  async create(user: NewUser, actor: Actor, options: { repeated?: boolean } = {}): Promise<UserView> {
    checkNewPassword(user.password, user.username);
    const passwordHash = await hashPassword(user.password);
    return this.#changes.run(async (change) => {
      const existing = user.id === undefined ? undefined : await findUser(change.db, user.id);
      if (existing && options.repeated) return presentUser(existing);
      return this.insert(change, user, passwordHash, actor);
    });
  }

  /** Within a change, so that the first administrator is made exactly once. */
  async insert(
    change: Change,
    user: NewUser,
    passwordHash: string,
    actor: Actor | { kind: 'anonymous'; name: string; address: string },
  ): Promise<UserView> {
    const id = user.id ?? newId(change.now);
    if (await findUser(change.db, id)) throw idTaken('user', id);
    if (await findUserByName(change.db, user.username)) {
      throw new SampanError('name_taken', `There is a user ${user.username} already.`, {
        hint: 'Choose another user name.',
        parameters: { name: user.username },
      });
    }
    const row: UserRow = {
      id,
      project_id: DEFAULT_PROJECT,
      revision: 1,
      created_at: change.now,
      updated_at: change.now,
      username: user.username,
      username_key: usernameKey(user.username),
      display_name: user.displayName ?? '',
      password_hash: passwordHash,
      role: user.role,
      disabled: 0,
    };
    await change.db.insertInto('users').values(row).execute();
    change.event({ kind: 'user', id, action: 'created' });
    change.audit({
      actor,
      action: 'user.create',
      resource: { kind: 'user', id, name: row.username },
      result: 'succeeded',
      difference: { role: row.role },
    });
    return presentUser(row);
  }

  /** Changes an account. A new password or a lost right ends its sessions (`except` is kept). */
  async update(
    id: string,
    edit: UserEdit,
    actor: Actor,
    options: { expectedRevision?: number | undefined; exceptSession?: string | undefined } = {},
  ): Promise<UserView> {
    const before = await findUser(this.#database.query, id);
    if (!before) throw notFound('user', id);
    if (edit.password !== undefined) checkNewPassword(edit.password, before.username);
    const passwordHash = edit.password === undefined ? undefined : await hashPassword(edit.password);
    return this.#changes.run(async (change) => {
      const row = await findUser(change.db, id);
      if (!row) throw notFound('user', id);
      const { password: _, ...visible } = edit;
      checkRevision(options.expectedRevision, row.revision, presentUser(row), visible);
      const role = edit.role ?? row.role;
      const disabled = edit.disabled === undefined ? row.disabled : edit.disabled ? 1 : 0;
      const isStillAdministrator = role === 'administrator' && disabled === 0;
      const wasAdministrator = row.role === 'administrator' && row.disabled === 0;
      if (wasAdministrator && !isStillAdministrator) await this.#demandOtherAdministrator(change, id);
      const updated = await change.db
        .updateTable('users')
        .set({
          role,
          disabled,
          display_name: edit.displayName ?? row.display_name,
          password_hash: passwordHash ?? row.password_hash,
          revision: row.revision + 1,
          updated_at: change.now,
        })
        .where('id', '=', id)
        .where('revision', '=', row.revision)
        .returningAll()
        .executeTakeFirst();
      if (!updated) throw changedJustNow();
      if (passwordHash !== undefined) {
        await forgetFailures(change.db, row.username_key);
      }
      if (passwordHash !== undefined || disabled === 1) {
        await change.db
          .deleteFrom('sessions')
          .where('user_id', '=', id)
          .where('id', '<>', options.exceptSession ?? '')
          .execute();
      }
      change.event({ kind: 'user', id, action: 'changed' });
      change.audit({
        actor,
        action: 'user.update',
        resource: { kind: 'user', id, name: row.username },
        result: 'succeeded',
        difference: { ...visible, ...(passwordHash !== undefined && { password: 'changed' }) },
      });
      return presentUser(updated);
    });
  }

  /** Changes one's own name or password; the current password is asked for a new one. */
  async updateSelf(
    actor: Actor,
    edit: { displayName?: string | undefined; password?: string | undefined; currentPassword?: string | undefined },
  ): Promise<UserView> {
    const id = actor.kind === 'access_key' ? actor.userId : actor.id;
    const row = id === null ? undefined : await findUser(this.#database.query, id);
    if (!row) throw notFound('user', id ?? '');
    if (edit.password !== undefined && !(await verifyPassword(edit.currentPassword ?? '', row.password_hash))) {
      throw new SampanError('wrong_credentials', 'The current password is wrong.', {
        hint: 'Type your present password to choose a new one.',
      });
    }
    const exceptSession = actor.kind === 'user' ? actor.sessionId : undefined;
    return this.update(row.id, { displayName: edit.displayName, password: edit.password }, actor, { exceptSession });
  }

  async remove(id: string, actor: Actor, expectedRevision: number | undefined): Promise<void> {
    await this.#changes.run(async (change) => {
      const row = await findUser(change.db, id);
      if (!row) throw notFound('user', id);
      checkRevision(expectedRevision, row.revision, presentUser(row), null);
      if (row.role === 'administrator' && row.disabled === 0) await this.#demandOtherAdministrator(change, id);
      // As they were seen: who became an administrator meanwhile may be the last one.
      const deleted = await change.db
        .deleteFrom('users')
        .where('id', '=', id)
        .where('revision', '=', row.revision)
        .executeTakeFirst();
      if (deleted.numDeletedRows === 0n) throw changedJustNow();
      change.event({ kind: 'user', id, action: 'deleted' });
      change.audit({
        actor,
        action: 'user.delete',
        resource: { kind: 'user', id, name: row.username },
        result: 'succeeded',
      });
    });
  }

  async #demandOtherAdministrator(change: Change, id: string): Promise<void> {
    // Two administrators who degrade each other at the same moment take turns at this row.
    await change.db.updateTable('projects').set({ name: 'default' }).where('id', '=', 'default').execute();
    if (await hasOtherAdministrator(change.db, id)) return;
    throw new SampanError(
      'last_administrator',
      'This is the last administrator; nobody could administer Sampan any more.',
      {
        hint: 'Make another user administrator first.',
      },
    );
  }
}
