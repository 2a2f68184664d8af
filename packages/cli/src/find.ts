import type { Api } from './client/api.ts';
import { CommandError, EXIT } from './exit.ts';

const ID = /^[0-9a-f]{32}$/;
const LOOK_AT = 200;

interface Named {
  id: string;
  name: string;
  remoteId?: string | null;
}

/**
 * Finds what a person means by an id, a name, or the cloud's own id.
 * @param hint what to do when there is none
 * @throws CommandError when there is none, or several: the ids are then told.
 */
export async function find<T extends Named>(
  api: Api,
  list: string,
  what: string,
  reference: string,
  hint = `See: sampan ${what} list`,
): Promise<T> {
  if (ID.test(reference)) return api.get<T>(`/${list}/${reference}`);
  const matches: T[] = [];
  for await (const item of api.items<T>(`/${list}`, { search: reference }, LOOK_AT)) {
    if (item.name === reference || item.remoteId === reference) matches.push(item);
  }
  const [only, ...others] = matches;
  if (!only) {
    throw new CommandError(`There is no ${what} ${reference}.`, {
      exitCode: EXIT.failed,
      hint,
    });
  }
  if (others.length > 0) {
    const ids = matches.map((match) => `\n  ${match.id}  ${match.remoteId ?? ''}`).join('');
    throw new CommandError(`Several have the name ${reference}:${ids}`, {
      exitCode: EXIT.failed,
      hint: 'Give the id.',
    });
  }
  return only;
}
