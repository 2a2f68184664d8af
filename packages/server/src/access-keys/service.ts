import { randomInt } from 'node:crypto';
import { SampanError } from '@sampan/driver';
import { networkList, parseNetwork } from '../platform/addresses.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { checkRevision } from '../platform/http/conditional.ts';
import { type Page, parseSort, readPage } from '../platform/http/page.ts';
import { type FieldProblem, InvalidRequest, notFound } from '../platform/http/problem.ts';
import { newId } from '../platform/ids.ts';
import { fromJson } from '../platform/json.ts';
import { placeIn, type SealedColumn, type Sealer } from '../platform/secrets/sealer.ts';
import { DEFAULT_PROJECT } from '../platform/tables.ts';
import { isoTime, isoTimeOrNull } from '../platform/time.ts';
import { type Actor, userIdOf } from '../policy/actor.ts';
import { isValidScope } from '../policy/permissions.ts';
import { demand } from '../policy/policy.ts';
import type { AccessKeyRow } from './tables.ts';

/** As ZStack's: 20 letters and digits, and 40. */
const ID_LENGTH = 20;
const SECRET_LENGTH = 40;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const TOUCH_EVERY_MS = 60_000;

function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

export const ACCESS_KEY_SECRETS: SealedColumn = {
  table: 'access_keys',
  column: 'sealed_secret',
  id: 'id',
  field: null,
};

function place(id: string) {
  return placeIn(ACCESS_KEY_SECRETS, id);
}

export interface NewAccessKey {
  id?: string | undefined;
  description?: string | undefined;
  scopes?: readonly string[] | undefined;
  /** Milliseconds since 1970 UTC. */
  expiresAt?: number | null | undefined;
  allowedAddresses?: readonly string[] | undefined;
}

function check(wish: NewAccessKey, now: number): void {
  const problems: FieldProblem[] = [];
  for (const scope of wish.scopes ?? []) {
    if (isValidScope(scope)) continue;
    problems.push({
      field: 'scopes',
      code: 'not_offered',
      message: `${scope} is no permission; GET /api/v1/permissions lists them`,
    });
  }
  for (const text of wish.allowedAddresses ?? []) {
    if (parseNetwork(text)) continue;
    problems.push({
      field: 'allowedAddresses',
      code: 'bad_format',
      message: `${text} is no address and no network such as 10.0.0.0/8`,
    });
  }
  if (typeof wish.expiresAt === 'number' && wish.expiresAt <= now) {
    problems.push({ field: 'expiresAt', code: 'too_small', message: 'expiresAt lies in the past' });
  }
  if (problems.length > 0) throw new InvalidRequest(problems);
}

type JoinedRow = AccessKeyRow & { username: string };

function present(row: JoinedRow, now: number) {
  const isExpired = row.expires_at !== null && row.expires_at <= now;
  const state: 'enabled' | 'disabled' | 'expired' = row.disabled === 1 ? 'disabled' : isExpired ? 'expired' : 'enabled';
  return {
    id: row.id,
    revision: row.revision,
    accessKeyId: row.access_key_id,
    description: row.description,
    state,
    scopes: fromJson<string[]>(row.scopes),
    allowedAddresses: fromJson<string[]>(row.allowed_addresses),
    expiresAt: isoTimeOrNull(row.expires_at),
    userId: row.user_id,
    username: row.username,
    lastUsedAt: isoTimeOrNull(row.last_used_at),
    lastUsedAddress: row.last_used_address,
    createdAt: isoTime(row.created_at),
  };
}

export type AccessKeyView = ReturnType<typeof present>;

/** A key as authentication needs it, with its secret in the clear. */
export interface UsableAccessKey {
  id: string;
  accessKeyId: string;
  secret: string;
  userId: string;
  scopes: readonly string[];
}

export class AccessKeyService {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #sealer: Sealer;
  readonly #touched = new Map<string, number>();

  constructor(parts: { database: Database; changes: Changes; sealer: Sealer }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#sealer = parts.sealer;
  }

  #select() {
    return this.#database.query
      .selectFrom('access_keys')
      .innerJoin('users', 'users.id', 'access_keys.user_id')
      .selectAll('access_keys')
      .select('users.username');
  }

  /** One's own keys; an administrator sees everyone's. */
  async list(
    actor: Actor,
    request: { limit: number; cursor?: string | undefined; sort?: string | undefined },
  ): Promise<Page<AccessKeyView>> {
    const sort = parseSort(request.sort, { createdAt: 'created_at' }, '-createdAt');
    let query = this.#select();
    if (actor.kind !== 'system' && actor.role !== 'administrator')
      query = query.where('user_id', '=', userIdOf(actor) ?? '');
    const { rows, nextCursor } = await readPage(query, 'access_keys', sort, request);
    const now = Date.now();
    return { items: rows.map((row) => present(row, now)), nextCursor };
  }

  async get(id: string, actor: Actor): Promise<AccessKeyView> {
    const row = await this.#select().where('access_keys.id', '=', id).executeTakeFirst();
    if (!row) throw notFound('AccessKey', id);
    demand(actor, 'access_key:read', { ownerId: row.user_id });
    return present(row, Date.now());
  }

  /**
   * Creates a key for the actor's own user. The secret is in this answer only.
   * A key can not give more than the key that made it: scopes of the maker bound those of the new one.
   */
  async create(wish: NewAccessKey, actor: Actor): Promise<AccessKeyView & { accessKeySecret: string }> {
    const userId = userIdOf(actor);
    if (userId === null) throw new SampanError('permission_denied_here', 'Only a user can have an AccessKey.');
    check(wish, Date.now());
    if (actor.kind === 'access_key' && actor.scopes.length > 0) {
      throw new SampanError('permission_denied_here', 'An AccessKey with scopes cannot create AccessKeys.', {
        hint: 'Create it in the console, or with an AccessKey without scopes.',
      });
    }
    const accessKeySecret = randomText(SECRET_LENGTH);
    const id = await this.#changes.run(async (change) => {
      const rowId = wish.id ?? newId(change.now);
      const row: AccessKeyRow = {
        id: rowId,
        project_id: DEFAULT_PROJECT,
        revision: 1,
        created_at: change.now,
        updated_at: change.now,
        user_id: userId,
        access_key_id: randomText(ID_LENGTH),
        sealed_secret: this.#sealer.seal(accessKeySecret, place(rowId)),
        description: wish.description ?? '',
        disabled: 0,
        scopes: JSON.stringify(wish.scopes ?? []),
        allowed_addresses: JSON.stringify(wish.allowedAddresses ?? []),
        expires_at: wish.expiresAt ?? null,
        last_used_at: null,
        last_used_address: null,
      };
      const existing = await change.db
        .selectFrom('access_keys')
        .select('user_id')
        .where('id', '=', rowId)
        .executeTakeFirst();
      if (existing) {
        throw new SampanError('name_taken', `There is an AccessKey with the id ${rowId} already.`, {
          hint: 'Its secret cannot be shown again. Delete it and create another.',
          parameters: { name: rowId },
        });
      }
      await change.db.insertInto('access_keys').values(row).execute();
      change.event({ kind: 'access_key', id: rowId, action: 'created', data: { userId: row.user_id } });
      change.audit({
        actor,
        action: 'access_key.create',
        resource: { kind: 'access_key', id: rowId, name: row.access_key_id },
        result: 'succeeded',
        difference: {
          scopes: [...(wish.scopes ?? [])],
          allowedAddresses: [...(wish.allowedAddresses ?? [])],
          expiresAt: wish.expiresAt ?? null,
        },
      });
      return rowId;
    });
    return { ...(await this.get(id, actor)), accessKeySecret };
  }

  async remove(id: string, actor: Actor, expectedRevision: number | undefined): Promise<void> {
    await this.#changes.run(async (change) => {
      const row = await change.db.selectFrom('access_keys').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row) throw notFound('AccessKey', id);
      demand(actor, 'access_key:delete', { ownerId: row.user_id });
      checkRevision(expectedRevision, row.revision, null, null);
      await change.db.deleteFrom('access_keys').where('id', '=', id).execute();
      change.event({ kind: 'access_key', id, action: 'deleted', data: { userId: row.user_id } });
      change.audit({
        actor,
        action: 'access_key.delete',
        resource: { kind: 'access_key', id, name: row.access_key_id },
        result: 'succeeded',
      });
    });
  }

  /**
   * The key that signs with this AccessKey ID, if it may be used from this address now.
   * @throws SampanError `access_key_disabled`, `address_not_allowed`
   */
  async findUsable(accessKeyId: string): Promise<
    | (UsableAccessKey & {
        demandUsableFrom: (address: string, now: number) => void;
        isUsableFrom: (address: string, now: number) => boolean;
      })
    | undefined
  > {
    const row = await this.#database.query
      .selectFrom('access_keys')
      .selectAll()
      .where('access_key_id', '=', accessKeyId)
      .executeTakeFirst();
    if (!row) return undefined;
    return {
      id: row.id,
      accessKeyId: row.access_key_id,
      secret: this.#sealer.open(row.sealed_secret, place(row.id)),
      userId: row.user_id,
      scopes: fromJson<string[]>(row.scopes),
      demandUsableFrom: (address, now) => demandUsable(row, address, now),
      isUsableFrom: (address, now) => {
        try {
          demandUsable(row, address, now);
          return true;
        } catch {
          return false;
        }
      },
    };
  }

  /** Remembers the last use, written at most once a minute and key. */
  async touch(id: string, address: string, now: number): Promise<void> {
    if ((this.#touched.get(id) ?? 0) > now - TOUCH_EVERY_MS) return;
    this.#touched.set(id, now);
    await this.#database.query
      .updateTable('access_keys')
      .set({ last_used_at: now, last_used_address: address })
      .where('id', '=', id)
      .execute();
  }
}

function demandUsable(row: AccessKeyRow, address: string, now: number): void {
  const parameters = { accessKeyId: row.access_key_id };
  if (row.disabled === 1) {
    throw new SampanError('access_key_disabled', `AccessKey ${row.access_key_id} is disabled.`, {
      hint: 'Use another AccessKey.',
      parameters,
    });
  }
  if (row.expires_at !== null && row.expires_at <= now) {
    throw new SampanError('access_key_disabled', `AccessKey ${row.access_key_id} has expired.`, {
      hint: 'Create a new AccessKey.',
      parameters,
    });
  }
  const allowed = fromJson<string[]>(row.allowed_addresses);
  if (allowed.length > 0 && !networkList(allowed).has(address)) {
    throw new SampanError('address_not_allowed', `AccessKey ${row.access_key_id} may not be used from ${address}.`, {
      hint: 'Use it from an address on its allow-list.',
      parameters: { ...parameters, address },
    });
  }
}
