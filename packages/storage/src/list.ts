import type { ListRequest, ObjectPage, ObjectStore, StoredObject } from './contract.ts';

/** Page after page, from `request.cursor` on. */
export async function* listPages(store: ObjectStore, request: ListRequest = {}): AsyncGenerator<ObjectPage> {
  let cursor: string | null | undefined = request.cursor;
  do {
    const page: ObjectPage = await store.list({ ...request, cursor: cursor ?? undefined });
    yield page;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** Object after object; what lies behind a delimiter is left out. */
export async function* listObjects(store: ObjectStore, request: ListRequest = {}): AsyncGenerator<StoredObject> {
  for await (const page of listPages(store, request)) yield* page.objects;
}

/** A page out of entries that are all known: names in order, what lies behind a delimiter as prefixes. */
export function pageOf(all: Iterable<StoredObject>, request: ListRequest, limit = request.limit ?? 1000): ObjectPage {
  const { prefix = '', delimiter, cursor } = request;
  const objects: StoredObject[] = [];
  const prefixes: string[] = [];
  let last: string | null = null;
  for (const object of all) {
    if (!object.key.startsWith(prefix)) continue;
    const at = delimiter === undefined ? -1 : object.key.indexOf(delimiter, prefix.length);
    const name = at < 0 ? object.key : object.key.slice(0, at + 1);
    if (name === last || (cursor !== undefined && !isAfter(name, object.key, cursor))) continue;
    if (objects.length + prefixes.length === limit) return { objects, prefixes, nextCursor: last };
    if (at < 0) objects.push(object);
    else prefixes.push(name);
    last = name;
  }
  return { objects, prefixes, nextCursor: null };
}

function isAfter(name: string, key: string, cursor: string): boolean {
  // A cursor that is a prefix stands for everything below it.
  if (cursor.endsWith('/') && key.startsWith(cursor) && name === cursor) return false;
  return Buffer.compare(Buffer.from(name), Buffer.from(cursor)) > 0;
}
