/** Pages of a list, reused for `milliseconds` once the list was read to its end; 0 reuses nothing. */
export function cachedList<Item>(
  read: (signal: AbortSignal) => AsyncIterable<readonly Item[]>,
  milliseconds: number,
  now: () => number,
): (signal: AbortSignal) => AsyncIterable<readonly Item[]> {
  let kept: { pages: readonly (readonly Item[])[]; until: number } | null = null;
  return async function* list(signal) {
    signal.throwIfAborted();
    if (kept && now() < kept.until) {
      yield* kept.pages;
      return;
    }
    const pages: (readonly Item[])[] = [];
    for await (const page of read(signal)) {
      pages.push(page);
      yield page;
    }
    if (milliseconds > 0) kept = { pages, until: now() + milliseconds };
  };
}
