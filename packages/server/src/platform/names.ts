import { SampanError } from '@sampan/driver';
import type { Db } from '../tables.ts';
import { sortName } from './sort-name.ts';

/** Tables whose rows people tell apart by their name, and the word for one row. */
const WORDS = {
  channels: 'channel',
  hosts: 'host',
  plans: 'plan',
  repositories: 'repository',
  storages: 'storage',
} as const;

/** What a name is compared by: letters that look the same are the same. */
function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** The columns of a name. */
export function nameColumns(name: string): { name: string; name_key: string; sort_name: string } {
  return { name, name_key: nameKey(name), sort_name: sortName(name) };
}

/** For `like` on `name_key`: names with this text in them. */
export function namesWith(text: string): string {
  return `%${nameKey(text).replaceAll(/[%_]/g, '')}%`;
}

/**
 * That no other row has this name.
 *
 * @param ownId the row that is to get it, if there is one already
 * @throws SampanError `name_taken`
 */
export async function demandFreeName(
  db: Db,
  table: keyof typeof WORDS,
  name: string,
  ownId: string | null = null,
): Promise<void> {
  const other = await db.selectFrom(table).select('id').where('name_key', '=', nameKey(name)).executeTakeFirst();
  if (!other || other.id === ownId) return;
  throw new SampanError('name_taken', `There is a ${WORDS[table]} ${name} already.`, {
    hint: 'Choose another name.',
    parameters: { name },
  });
}
