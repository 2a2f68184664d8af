import { ApiError } from '../api/problem.ts';
import type { ObjectPage } from '../api/resources.ts';

/** Up to so many names of a folder are asked for one by one; for more, the folder is listed. */
const FEW = 20;
const AT_ONCE = 6;

export interface Look {
  head: (key: string) => Promise<unknown>;
  list: (prefix: string, cursor: string | null) => Promise<ObjectPage>;
}

/** Which of these names have an object already. */
export async function existingKeys(keys: readonly string[], look: Look): Promise<string[]> {
  const found = new Set<string>();
  const asked: string[] = [];
  for (const [folder, names] of Map.groupBy(keys, (key) => key.slice(0, key.lastIndexOf('/') + 1))) {
    if (names.length <= FEW) asked.push(...names);
    else await listInto(found, folder, look);
  }
  const waiting = asked.values();
  const ask = async () => {
    for (const key of waiting) if (await isThere(key, look)) found.add(key);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return keys.filter((key) => found.has(key));
}

async function listInto(found: Set<string>, folder: string, look: Look): Promise<void> {
  let cursor: string | null = null;
  do {
    const page: ObjectPage = await look.list(folder, cursor);
    for (const { key } of page.items) found.add(key);
    cursor = page.nextCursor;
  } while (cursor !== null);
}

async function isThere(key: string, look: Look): Promise<boolean> {
  try {
    await look.head(key);
    return true;
  } catch (thrown) {
    if (thrown instanceof ApiError && (thrown.code === 'object_not_found' || thrown.status === 404)) return false;
    throw thrown;
  }
}
