import type { Db } from '../../tables.ts';
import { fromJson } from '../json.ts';
import type { Sealer } from './sealer.ts';

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

async function read(db: Db, name: string): Promise<string | null> {
  const row = await db.selectFrom('properties').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value ?? null;
}

async function write(db: Db, name: string, value: string): Promise<void> {
  await db
    .insertInto('properties')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

async function readJson<T>(db: Db, name: string): Promise<T | null> {
  const text = await read(db, name);
  return text === null ? null : fromJson<T>(text);
}

export async function readKeyState(db: Db): Promise<KeyState> {
  const check = await read(db, CHECK);
  return {
    keyId: check?.split(':')[0] ?? null,
    rotation: await readJson<Rotation>(db, ROTATION),
    recovery: await readJson<Recovery>(db, RECOVERY),
  };
}

/** @throws WrongSecretKey when the key does not open what it sealed */
export async function demandRightKey(db: Db, sealer: Sealer): Promise<void> {
  const check = await read(db, CHECK);
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
export async function writeKey(db: Db, sealer: Sealer): Promise<void> {
  await write(db, CHECK, checkOf(sealer));
}

export async function writeRotation(db: Db, rotation: Rotation | null): Promise<void> {
  if (rotation) await write(db, ROTATION, JSON.stringify(rotation));
  else await db.deleteFrom('properties').where('name', '=', ROTATION).execute();
}

export async function writeRecovery(db: Db, recovery: Recovery): Promise<void> {
  await write(db, RECOVERY, JSON.stringify(recovery));
}
