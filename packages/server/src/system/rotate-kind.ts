import { SampanError } from '@sampan/driver';
import type { OperationContext, OperationKind } from '../operations/kinds.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import type { KeySource } from '../platform/secrets/key-source.ts';
import { type Rotation, readKeyState, writeKey, writeRecovery, writeRotation } from '../platform/secrets/key-state.ts';
import { wrapKey } from '../platform/secrets/recovery.ts';
import { type RootKey, WrongSecretKey } from '../platform/secrets/root-key.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import { sleep } from '../platform/time.ts';
import { countOldValues, resealColumn } from './reseal.ts';
import { SEALED_COLUMNS } from './sealed-columns.ts';
import type { LiveServer, Servers } from './servers.ts';
import { SYSTEM_TARGET } from './target.ts';

export const ROTATE_KIND = 'secret_key.rotate';

/** Other servers look every ten seconds; one that is silent for half a minute is gone. */
const SERVERS_TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 500;
const MOST_PASSES = 5;

interface Parts {
  database: Database;
  changes: Changes;
  sealer: Sealer;
  keys: KeySource;
  servers: Servers;
}

/**
 * Seals everything with another secret key, while the servers work. Each step can be done again: whoever goes on after a crash, or
 * starts it anew after it failed, finds in the database how far it came.
 */
export function rotateKind(parts: Parts): OperationKind {
  return {
    kind: ROTATE_KIND,
    steps: ['prepare', 'servers', 'switch', 'reseal', 'finish'],
    run: async (context) => {
      const rotation = await context.step('prepare', () => prepare(parts));
      await context.step('servers', () => everyServerHas(parts, context, rotation.to));
      await context.step('switch', () => switchTo(parts, context, rotation));
      const { sealed, unopened } = await context.step('reseal', () => reseal(parts, context));
      await context.step('finish', () => finish(parts, rotation));
      return { from: rotation.from, to: rotation.to, sealed, unopened };
    },
  };
}

async function prepare({ database, changes, sealer, keys, servers }: Parts): Promise<Rotation> {
  const before = await readKeyState(database.query);
  const known = before.rotation;
  // Nothing is sealed yet with a key that was only prepared: when it was lost since, another one is taken.
  if (known && (known.phase === 'switched' || (await isSomewhere(servers, known.to)))) return known;
  const from = before.keyId ?? sealer.keyId;
  // Kept before the database speaks of it; without that, the file of a key that nothing uses is left at worst.
  const key = await nextKey(keys, from);
  if (!key) {
    throw new SampanError('no_next_secret_key', 'The setting gives only the secret key that is in use.', {
      hint: 'Add a new one behind it, with a blank or on a line of its own (openssl rand -hex 32), for every server. Restart them when it is SAMPAN_SECRET_KEY.',
    });
  }
  const rotation = await changes.run(async (change): Promise<Rotation> => {
    const { rotation: other, recovery } = await readKeyState(change.db);
    if (other && other.to !== known?.to) return other;
    const ours: Rotation = { from, to: key.id, phase: 'prepared', startedAt: change.now };
    await writeRotation(change.db, ours);
    if (recovery) {
      const wrapped = { ...recovery.wrapped, [key.id]: await wrapKey(key, recovery.recipient) };
      await writeRecovery(change.db, { ...recovery, wrapped });
    }
    change.event({ kind: 'system', id: SYSTEM_TARGET.id, action: 'changed' });
    return ours;
  });
  await servers.beat();
  return rotation;
}

async function isSomewhere(servers: Servers, keyId: string): Promise<boolean> {
  await servers.beat();
  return (await servers.live()).some(({ keyIds }) => keyIds.includes(keyId));
}

/** What a setting says is not right, or the folder is full or read-only: all of it is for people. */
async function nextKey(keys: KeySource, presentId: string): Promise<RootKey | undefined> {
  try {
    return keys.from === 'folder' ? keys.make() : (await keys.given()).find(({ id }) => id !== presentId);
  } catch (error) {
    // The message of a command that failed is the command, which may hold anything.
    const reason = keys.from === 'command' ? 'the command failed' : error instanceof Error ? error.message : 'unknown';
    throw new SampanError('secret_key_not_usable', `The new secret key could not be made or read: ${reason}`, {
      hint: 'Correct that, and start the change again. Nothing was changed.',
      parameters: { reason },
      cause: error,
    });
  }
}

/** Waits until it is true of every server that lives, or answers those of which it is not. */
async function untilEveryServer(
  { servers }: Parts,
  context: OperationContext,
  isReady: (server: LiveServer) => boolean,
): Promise<LiveServer[]> {
  const deadline = Date.now() + SERVERS_TIMEOUT_MS;
  for (;;) {
    const waiting = (await servers.live()).filter((server) => !isReady(server));
    if (waiting.length === 0 || Date.now() > deadline) return waiting;
    await context.stepMessage(waiting.map(({ name }) => name).join(', '));
    await sleep(LOOK_EVERY_MS, context.signal);
  }
}

async function everyServerHas(parts: Parts, context: OperationContext, keyId: string): Promise<void> {
  await parts.servers.beat();
  const without = await untilEveryServer(parts, context, ({ keyIds }) => keyIds.includes(keyId));
  if (without.length === 0) return;
  const names = without.map(({ name }) => name).join(', ');
  throw new SampanError(
    'secret_key_not_everywhere',
    `These servers do not have the new secret key ${keyId}: ${names}.`,
    {
      hint: 'Put it where their key is (its file, or the setting), and start the change again. Until then nothing is sealed with it.',
      parameters: { key: keyId, servers: names },
    },
  );
}

async function switchTo(parts: Parts, context: OperationContext, rotation: Rotation): Promise<void> {
  const { changes, sealer, servers } = parts;
  const key = sealer.key(rotation.to);
  if (!key) throw new WrongSecretKey(`The secret key ${rotation.to} is not at hand.`);
  // The database leads and this server follows it like the others: a beat just before would take back what was done here first.
  await changes.run(async (change) => {
    await writeKey(change.db, key);
    await writeRotation(change.db, { ...rotation, phase: 'switched' });
    change.event({ kind: 'system', id: SYSTEM_TARGET.id, action: 'changed' });
  });
  await servers.beat();
  const behind = await untilEveryServer(parts, context, ({ keyId }) => keyId === rotation.to);
  if (behind.length === 0) return;
  const names = behind.map(({ name }) => name).join(', ');
  throw new SampanError('secret_key_not_followed', `These servers still seal with the old secret key: ${names}.`, {
    hint: 'Restart them, and start the change again.',
    retryable: true,
    parameters: { servers: names },
  });
}

async function reseal({ changes, sealer }: Parts, context: OperationContext) {
  const countOld = async (): Promise<number> => {
    let count = 0;
    for (const column of SEALED_COLUMNS) count += await countOldValues(changes, sealer, column);
    return count;
  };
  let sealed = 0;
  let total = await countOld();
  for (let pass = 1; ; pass += 1) {
    const unopened: string[] = [];
    for (const column of SEALED_COLUMNS) {
      context.signal.throwIfAborted();
      const damaged = await resealColumn(changes, sealer, column, async (count) => {
        sealed += count;
        await context.progress({ done: Math.min(sealed, total), total, unit: 'items' });
      });
      unopened.push(...damaged);
    }
    sealed -= unopened.length;
    // What a server had sealed before it followed may have come to the database only now.
    const left = (await countOld()) - unopened.length;
    if (left > 0 && pass === MOST_PASSES) {
      throw new SampanError('secret_key_not_followed', 'Something still seals with the old secret key.', {
        hint: 'Start the change again; both keys are in use until it ends.',
        retryable: true,
      });
    }
    if (left > 0) {
      total += left;
      continue;
    }
    for (const value of unopened) await context.log('warning', `This did not open and was left as it is: ${value}`);
    return { sealed, unopened: unopened.length };
  }
}

async function finish({ changes, servers }: Parts, rotation: Rotation): Promise<void> {
  await changes.run(async (change) => {
    const { recovery } = await readKeyState(change.db);
    await writeRotation(change.db, null);
    const present = recovery?.wrapped[rotation.to];
    if (recovery && present !== undefined)
      await writeRecovery(change.db, { ...recovery, wrapped: { [rotation.to]: present } });
    change.event({ kind: 'system', id: SYSTEM_TARGET.id, action: 'changed' });
  });
  await servers.beat();
}
