import type { Db } from '../../tables.ts';
import { fromJsonOrNull } from '../json.ts';
import { readProperty, removeProperty, writeProperty } from '../properties.ts';
import type { RootKey } from './root-key.ts';
import { Sealer } from './sealer.ts';

const CHECK = 'secret_key_check';
const ROTATION = 'secret_key_rotation';
const RECOVERY = 'recovery_key';
const CHECK_PLACE = { table: 'properties', column: 'value', row: CHECK };
const CHECK_TEXT = 'sampan';

/** A change of the secret key that is under way. `prepared`: the new key exists; `switched`: it seals, and old values open still. */
export interface Rotation {
  from: string;
  to: string;
  phase: 'prepared' | 'switched';
  /** Milliseconds since 1970 UTC. */
  startedAt: number;
}

export interface Recovery {
  /** Public half of the recovery key, `age1…`. */
  recipient: string;
  createdAt: number;
  createdBy: string;
  /** When somebody showed last that they still have it. */
  checkedAt: number | null;
  /** Secret keys by id, each a file of age in letters. */
  wrapped: Record<string, string>;
}

/** What the database knows about the key its values are sealed with. */
export interface KeyState {
  /** Of the key that seals; null when nothing was sealed yet. */
  keyId: string | null;
  rotation: Rotation | null;
  recovery: Recovery | null;
}

export async function readKeyState(db: Db): Promise<KeyState> {
  const check = await readProperty(db, CHECK);
  return {
    keyId: check?.split(':')[0] ?? null,
    rotation: fromJsonOrNull<Rotation>(await readProperty(db, ROTATION)),
    recovery: fromJsonOrNull<Recovery>(await readProperty(db, RECOVERY)),
  };
}

/** @throws WrongSecretKey when the key does not open what it sealed */
export async function demandRightKey(db: Db, sealer: Sealer): Promise<void> {
  const check = await readProperty(db, CHECK);
  if (check !== null) sealer.open(Buffer.from(check.split(':')[1] ?? '', 'base64'), CHECK_PLACE);
}

function checkOf(sealer: Sealer): string {
  return `${sealer.keyId}:${Buffer.from(sealer.seal(CHECK_TEXT, CHECK_PLACE)).toString('base64')}`;
}

/** Says that this key seals, if no key does yet. Answers false when another server was first, with another key. */
export async function claimKey(db: Db, sealer: Sealer): Promise<boolean> {
  await db
    .insertInto('properties')
    .values({ name: CHECK, value: checkOf(sealer) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  return (await readKeyState(db)).keyId === sealer.keyId;
}

/** From now on this key seals, for every server. */
export async function writeKey(db: Db, key: RootKey): Promise<void> {
  await writeProperty(db, CHECK, checkOf(new Sealer(key)));
}

export async function writeRotation(db: Db, rotation: Rotation | null): Promise<void> {
  if (rotation) await writeProperty(db, ROTATION, JSON.stringify(rotation));
  else await removeProperty(db, ROTATION);
}

export async function writeRecovery(db: Db, recovery: Recovery): Promise<void> {
  await writeProperty(db, RECOVERY, JSON.stringify(recovery));
}
