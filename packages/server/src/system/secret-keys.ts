import { SampanError } from '@sampan/driver';
import type { OperationService } from '../operations/service.ts';
import type { OperationRow } from '../operations/tables.ts';
import { audited } from '../platform/audited.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import type { KeySource } from '../platform/secrets/key-source.ts';
import { type KeyState, readKeyState, writeRecovery } from '../platform/secrets/key-state.ts';
import { makeRecoveryKey, type NewRecoveryKey, recipientOf, unwrapKey, wrapKey } from '../platform/secrets/recovery.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import { isoTime, isoTimeOrNull } from '../platform/time.ts';
import type { Actor } from '../policy/actor.ts';
import { ROTATE_KIND } from './rotate-kind.ts';
import { SYSTEM_TARGET } from './target.ts';

/** What administrators see of the secret key and do with it. The key itself is told to nobody. */
export class SecretKeys {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #sealer: Sealer;
  readonly #keys: KeySource;
  readonly #operations: OperationService;

  constructor(parts: {
    database: Database;
    changes: Changes;
    sealer: Sealer;
    keys: KeySource;
    operations: OperationService;
  }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#sealer = parts.sealer;
    this.#keys = parts.keys;
    this.#operations = parts.operations;
  }

  /** What the database knows of it. */
  state(): Promise<KeyState> {
    return readKeyState(this.#database.query);
  }

  async view() {
    const { keyId, rotation, recovery } = await this.state();
    return {
      id: keyId ?? this.#sealer.keyId,
      from: this.#keys.from,
      place: this.#keys.place,
      rotation: rotation && {
        ...{ from: rotation.from, to: rotation.to, phase: rotation.phase },
        startedAt: isoTime(rotation.startedAt),
      },
      recoveryKey: recovery && {
        ...{ recipient: recovery.recipient, createdBy: recovery.createdBy },
        ...{ createdAt: isoTime(recovery.createdAt), checkedAt: isoTimeOrNull(recovery.checkedAt) },
      },
    };
  }

  /** Seals everything with another key. One that waits already, or was asked for by this very request, serves. */
  async rotate(actor: Actor, operationId: string | undefined): Promise<OperationRow> {
    return this.#changes.run(async (change) => {
      const same = await this.#operations.waitingOrSame(change, SYSTEM_TARGET.id, operationId, ROTATE_KIND);
      if (same) return same;
      const { keyId } = await readKeyState(change.db);
      change.audit({
        ...{ actor, action: ROTATE_KIND, resource: SYSTEM_TARGET, result: 'succeeded' },
        difference: { from: keyId },
      });
      return this.#operations.create(change, {
        ...{ id: operationId, kind: ROTATE_KIND, target: SYSTEM_TARGET, hostId: null, actor },
        ...{ input: {}, locks: ['secret_key:all'] },
      });
    });
  }

  /**
   * Makes the recovery key, which is shown now and never again. An earlier one is worth nothing from then on.
   * @throws SampanError `recovery_key_exists` when there is one that was not said to be replaced
   */
  async makeRecoveryKey(actor: Actor, replace: boolean): Promise<NewRecoveryKey & { createdAt: string }> {
    const made = await makeRecoveryKey();
    return this.#changes.run(async (change) => {
      const { recovery, keyId, rotation } = await readKeyState(change.db);
      if (recovery && !replace) {
        throw new SampanError('recovery_key_exists', 'There is a recovery key already.', {
          hint: 'Check whether you still have it. When it is lost, say that it shall be replaced.',
        });
      }
      const wrapped: Record<string, string> = {};
      for (const id of new Set([keyId, rotation?.from, rotation?.to])) {
        const key = typeof id === 'string' ? this.#sealer.key(id) : undefined;
        if (key) wrapped[key.id] = await wrapKey(key, made.recipient);
      }
      await writeRecovery(change.db, {
        ...{ recipient: made.recipient, createdAt: change.now, createdBy: actor.name, checkedAt: null, wrapped },
      });
      change.event({ kind: 'system', id: SYSTEM_TARGET.id, action: 'changed' });
      change.audit({
        ...{ actor, action: 'recovery_key.create', resource: SYSTEM_TARGET, result: 'succeeded' },
        difference: { recipient: made.recipient, replaced: recovery?.recipient ?? null },
      });
      return { ...made, createdAt: isoTime(change.now) };
    });
  }

  /**
   * Proves that somebody still has it: by opening with it what was wrapped.
   * @throws SampanError `no_recovery_key`, `bad_recovery_key`, `wrong_recovery_key`
   */
  async checkRecoveryKey(recoveryKey: string, actor: Actor): Promise<void> {
    const entry = { actor, action: 'recovery_key.check', resource: SYSTEM_TARGET };
    await audited(this.#changes, entry, async () => {
      const { recovery, keyId } = await readKeyState(this.#database.query);
      if (!recovery || keyId === null)
        throw new SampanError('no_recovery_key', 'There is no recovery key yet.', { hint: 'Make one.' });
      await recipientOf(recoveryKey);
      await unwrapKey(recovery.wrapped[keyId] ?? '', recoveryKey, keyId);
    });
    await this.#changes.run(async (change) => {
      const { recovery } = await readKeyState(change.db);
      if (!recovery) return;
      await writeRecovery(change.db, { ...recovery, checkedAt: change.now });
      change.event({ kind: 'system', id: SYSTEM_TARGET.id, action: 'changed' });
    });
  }
}
