import type { SecretKeySource } from '../../settings.ts';
import type { Database } from '../database/open.ts';
import { findRootKey } from './root-key.ts';
import { Sealer } from './sealer.ts';

const PROPERTY = 'secret_key_check';
const PLACE = { table: 'properties', column: 'value', row: PROPERTY };
const CHECK_TEXT = 'sampan';

/**
 * Makes the sealer of this database. The database remembers the key's id and a sealed known text, so that a wrong key is
 * refused at the start and not met as garbage later.
 * @throws SettingsError, WrongSecretKey
 */
export async function openSealer(database: Database, source: SecretKeySource, dataFolder: string): Promise<Sealer> {
  const read = () =>
    database.query.selectFrom('properties').select('value').where('name', '=', PROPERTY).executeTakeFirst();
  const stored = await read();
  const [knownId = null] = stored ? stored.value.split(':') : [];
  const sealer = new Sealer(await findRootKey(source, knownId, dataFolder));
  if (stored) {
    sealer.open(Buffer.from(stored.value.split(':')[1] ?? '', 'base64'), PLACE);
    return sealer;
  }
  const value = `${sealer.keyId}:${Buffer.from(sealer.seal(CHECK_TEXT, PLACE)).toString('base64')}`;
  await database.query
    .insertInto('properties')
    .values({ name: PROPERTY, value })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  // Another server may have been first, with another key: then ours is refused like any wrong one.
  const now = await read();
  if (now?.value !== value) return openSealer(database, source, dataFolder);
  return sealer;
}
