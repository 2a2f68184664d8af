import { isRecord, type JsonRecord } from './answer.ts';
import type { QingzhouClient, QingzhouParameters } from './client.ts';
import { QingzhouError } from './error.ts';
import type { ListAction } from './profile.ts';
import { type ItemReader, readItem, unwrapList } from './records.ts';

/** More pages than any account has; a vendor that never ends a list is stopped there. */
const MOST_PAGES = 10_000;

function itemsOf(answer: JsonRecord, list: ListAction<string>): readonly JsonRecord[] {
  const found = answer[list.items];
  if (found === undefined || (!Array.isArray(found) && !isRecord(found))) {
    throw new QingzhouError('unexpected_answer', `The answer to ${list.action} holds no list ${list.items}.`, {
      action: list.action,
    });
  }
  return unwrapList(found).filter(isRecord);
}

/** The pages of a list in the vendor's order, each translated by `read`. An empty list yields nothing. */
export async function* pagesOf<Name extends string, Item>(
  client: QingzhouClient,
  list: ListAction<Name>,
  parameters: QingzhouParameters,
  read: (item: ItemReader<Name>) => Item,
  signal: AbortSignal,
): AsyncGenerator<readonly Item[]> {
  const { number, size, total, largest } = client.profile.paging;
  let seen = 0;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const paging = list.paged ? { [number]: page, [size]: largest } : {};
    const answer = await client.call(list.action, { ...parameters, ...paging }, { signal });
    const items = itemsOf(answer, list);
    seen += items.length;
    if (items.length > 0) yield items.map((item) => read(readItem(item, list.fields)));
    if (!list.paged || items.length === 0) return;
    // Without a total, a page that is shorter than the answer's own page size is the last.
    const known = answer[total] === null ? Number.NaN : Number(answer[total]);
    const last = Number.isFinite(known) ? seen >= known : items.length < (Number(answer[size]) || largest);
    if (last) return;
  }
  throw new QingzhouError('unexpected_answer', `${list.action} does not end after ${MOST_PAGES} pages.`, {
    action: list.action,
  });
}

/** The items of these ids, in as few requests as pages allow; ids that do not exist are absent. */
export async function itemsByIds<Name extends string, Item>(
  client: QingzhouClient,
  list: ListAction<Name>,
  ids: readonly string[],
  read: (item: ItemReader<Name>) => Item,
  signal: AbortSignal,
): Promise<Item[]> {
  if (list.idsParameter === null) throw new TypeError(`${list.action} cannot be asked by ids`);
  const found: Item[] = [];
  const wanted = [...new Set(ids)];
  for (let from = 0; from < wanted.length; from += client.profile.paging.largest) {
    const some = wanted.slice(from, from + client.profile.paging.largest);
    const parameters = { [list.idsParameter]: JSON.stringify(some) };
    try {
      for await (const page of pagesOf(client, list, parameters, read, signal)) found.push(...page);
    } catch (error) {
      if (!(error instanceof QingzhouError) || error.code !== 'not_found') throw error;
      // Some of this family refuse the whole question for one id that does not exist.
      if (some.length > 1) for (const id of some) found.push(...(await itemsByIds(client, list, [id], read, signal)));
    }
  }
  return found;
}
