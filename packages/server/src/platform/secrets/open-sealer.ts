import { SettingsError } from '../../settings.ts';
import type { Database } from '../database/open.ts';
import type { KeySource } from './key-source.ts';
import { claimKey, demandRightKey, type Recovery, readKeyState } from './key-state.ts';
import { unwrapKey } from './recovery.ts';
import { type RootKey, WrongSecretKey } from './root-key.ts';
import { Sealer } from './sealer.ts';

/**
 * Makes the sealer of this database. The database remembers the key's id and a sealed known text, so that a wrong key is
 * refused at the start and not met as garbage later. A key that is lost is taken from what was wrapped for the recovery key, and kept
 * where it will be found at the next start.
 * @throws SettingsError, WrongSecretKey, SampanError about the recovery key
 */
export async function openSealer(
  database: Database,
  keys: KeySource,
  recoveryKey: string | null = null,
): Promise<Sealer> {
  const { keyId, rotation, recovery } = await readKeyState(database.query);
  if (keyId === null) {
    const first = new Sealer(await keys.first());
    // Another server may have been first, with another key: then ours is refused like any wrong one.
    return (await claimKey(database.query, first)) ? first : openSealer(database, keys, recoveryKey);
  }
  const sealer = new Sealer(await findKey(keys, keyId, recovery, recoveryKey));
  await demandRightKey(database.query, sealer);
  if (rotation?.phase === 'switched') sealer.add(await findKey(keys, rotation.from, recovery, recoveryKey));
  if (rotation?.phase === 'prepared') {
    const next = await keys.find(rotation.to);
    if (next) sealer.add(next);
  }
  return sealer;
}

async function findKey(
  keys: KeySource,
  id: string,
  recovery: Recovery | null,
  recoveryKey: string | null,
): Promise<RootKey> {
  const wrapped = recovery?.wrapped[id];
  try {
    const found = await keys.find(id);
    if (found) return found;
  } catch (error) {
    // The file of the setting may be what was lost.
    if (!(error instanceof SettingsError) || recoveryKey === null || wrapped === undefined) throw error;
  }
  if (recoveryKey !== null && wrapped !== undefined) {
    const key = await unwrapKey(wrapped, recoveryKey, id);
    keys.keep(key);
    return key;
  }
  const missing = await keys.missing(id);
  if (recoveryKey !== null)
    throw new WrongSecretKey(`${missing.message}\nNo recovery key was made for this database while it had that key.`);
  if (wrapped === undefined) throw missing;
  throw new WrongSecretKey(
    `${missing.message}\nOr let it be recovered: start once with the recovery key of this server in SAMPAN_RECOVERY_KEY (AGE-SECRET-KEY-1…).`,
  );
}
