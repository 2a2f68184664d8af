import { randomBytes } from 'node:crypto';
import { openRepository, type RepositoryConfig, recoverySheet } from '@sampan/backup';
import { SampanError, toSampanError } from '@sampan/driver';
import type { OperationService } from '../operations/service.ts';
import type { OperationRow } from '../operations/tables.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { InvalidRequest } from '../platform/http/problem.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import type { Actor } from '../policy/actor.ts';
import type { RepositoryAccesses } from './access.ts';
import { CREATE_KIND, PASSWORD_KIND } from './kinds.ts';
import type { RepositoryView } from './present.ts';
import type { RepositoryQueries } from './queries.ts';
import { queueOnRepository, repositoryBusy } from './queue.ts';
import { dropNextPassword, openPasswords, readRepository, savePassword } from './store.ts';
import type { RepositoryRow } from './tables.ts';

/** 160 random bits, in groups that can be read from paper and typed. */
export function makePassword(): string {
  const letters = 'abcdefghijkmnopqrstuvwxyz23456789';
  const bytes = randomBytes(64);
  const characters: string[] = [];
  for (const byte of bytes) {
    // What would make some letters likelier is passed over.
    if (byte < letters.length * Math.floor(256 / letters.length)) characters.push(letters[byte % letters.length] ?? '');
  }
  const text = characters.slice(0, 35).join('');
  return text.length === 35 ? (text.match(/.{5}/g) ?? []).join('-') : makePassword();
}

/** Somebody waits for the answer; restic alone would ask a storage that is away for a quarter of an hour. */
const PATIENCE_MS = 30_000;

/** @throws InvalidRequest restic reads a password up to the end of its line */
export function demandOneLine(password: string): void {
  if (!/[\r\n]/.test(password)) return;
  throw new InvalidRequest([{ field: 'password', code: 'bad_format', message: 'a password is one line' }]);
}

/**
 * Opens what lies at a place with the password that somebody gives for it, before anything of that is kept.
 * @throws SampanError `wrong_repository_password`, `repository_not_found`, `storage_timeout`, what the storage says
 */
export async function tryPassword(
  accesses: RepositoryAccesses,
  place: Pick<RepositoryRow, 'storage_id' | 'folder' | 'append_only'>,
  password: string,
  closed: AbortSignal,
): Promise<RepositoryConfig> {
  const tooLong = AbortSignal.timeout(PATIENCE_MS);
  const access = await accesses.at(place, password);
  try {
    return await openRepository(access, { signal: AbortSignal.any([closed, tooLong]) });
  } catch (error) {
    if (!tooLong.aborted) throw error;
    throw new SampanError('storage_timeout', 'The storage did not let the repository be opened in time.', {
      hint: 'Test the storage, and try again when it answers.',
      retryable: true,
      cause: error,
    });
  }
}

function anotherRepository(name: string): SampanError {
  return new SampanError('repository_exists', `What lies there now is another repository than ${name}.`, {
    hint: 'Remove this one from Sampan and adopt the other, or put back what was there.',
  });
}

/** The passwords of repositories: rotating them, being told them, and the sheet that has them. */
export class RepositoryPasswords {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #sealer: Sealer;
  readonly #operations: OperationService;
  readonly #queries: RepositoryQueries;
  readonly #accesses: RepositoryAccesses;

  constructor(parts: {
    database: Database;
    changes: Changes;
    sealer: Sealer;
    operations: OperationService;
    queries: RepositoryQueries;
    accesses: RepositoryAccesses;
  }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#sealer = parts.sealer;
    this.#operations = parts.operations;
    this.#queries = parts.queries;
    this.#accesses = parts.accesses;
  }

  /** Rotates the password: the new one is made here, and shown on the recovery sheet only. */
  async rotate(id: string, actor: Actor, operationId: string | undefined): Promise<OperationRow> {
    return this.#changes.run(async (change) => {
      const row = await readRepository(change.db, id);
      const same = await this.#operations.waitingOrSame(change, id, operationId, PASSWORD_KIND);
      if (same) return same;
      // One that a broken-off rotation left may be the one that holds: it is kept and finished first.
      const { next } = await openPasswords(change.db, this.#sealer, id);
      if (next === null) await savePassword(change.db, this.#sealer, id, 'next_password', makePassword());
      change.audit({
        actor,
        action: PASSWORD_KIND,
        resource: { kind: 'repository', id, name: row.name },
        result: 'succeeded',
      });
      return queueOnRepository(this.#operations, change, row, PASSWORD_KIND, actor, {}, operationId);
    });
  }

  /**
   * Keeps the password that somebody knows in place of the one Sampan has, e.g. after an older copy of its database was put
   * back: only once it has opened the repository. @throws SampanError as `tryPassword`; nothing is changed then
   */
  async set(id: string, password: string, actor: Actor, closed: AbortSignal): Promise<RepositoryView> {
    demandOneLine(password);
    const found = await readRepository(this.#database.query, id);
    const told = {
      ...{ actor, action: 'repository.set_password' },
      resource: { kind: 'repository', id, name: found.name },
    };
    let config: RepositoryConfig;
    try {
      config = await tryPassword(this.#accesses, found, password, closed);
      if (found.restic_id !== null && found.restic_id !== config.id) throw anotherRepository(found.name);
    } catch (error) {
      const { code } = toSampanError(error);
      await this.#changes.run(async (change) => change.audit({ ...told, result: 'failed', code }));
      throw error;
    }
    await this.#changes.run(async (change) => {
      await readRepository(change.db, id);
      for (const kind of [CREATE_KIND, PASSWORD_KIND]) {
        if ((await this.#operations.unfinishedOfTarget(change, id, kind)).length > 0) throw repositoryBusy();
      }
      await savePassword(change.db, this.#sealer, id, 'password', password);
      // What a rotation left that broke off, or failed for want of this one.
      await dropNextPassword(change.db, id);
      await change.db
        .updateTable('repositories')
        .set({ restic_id: config.id, state: 'ready', error: null })
        .where('id', '=', id)
        .execute();
      change.event({ kind: 'repository', id, action: 'changed' });
      change.audit({ ...told, result: 'succeeded' });
    });
    return this.#queries.get(id);
  }

  /** Everything to restore without Sampan, the password included. Each reading of it is in the audit log. */
  async sheet(id: string, actor: Actor): Promise<{ text: string; password: string; repositoryId: string }> {
    const { row, access } = await this.#accesses.open(id);
    const text = recoverySheet({
      repositoryId: row.restic_id ?? '(not made yet)',
      storage: access.storage,
      password: access.password,
      resticVersion: access.restic.version,
      at: new Date(),
    });
    await this.#changes.run(async (change) =>
      change.audit({
        actor,
        action: 'repository.recovery_sheet',
        resource: { kind: 'repository', id, name: row.name },
        result: 'succeeded',
      }),
    );
    return { text, password: access.password, repositoryId: row.restic_id ?? '' };
  }
}
