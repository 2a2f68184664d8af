/**
 * Works on items of a stream, so many at once, reading it no further than needed. The first error stops reading, lets what
 * was begun come to its end, and is thrown.
 */
export async function forEachOf<T>(
  items: AsyncIterable<T>,
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  const failures: unknown[] = [];
  let isEnded = false;
  let turn: Promise<unknown> = Promise.resolve();

  /** One reader at a time: generators answer in order, other iterators need not. */
  function next(): Promise<IteratorResult<T>> {
    const mine = turn.then(() => iterator.next());
    turn = mine.catch(() => undefined);
    return mine;
  }

  async function worker(): Promise<void> {
    while (!isEnded && failures.length === 0) {
      try {
        const item = await next();
        if (item.done) isEnded = true;
        else if (failures.length === 0) await work(item.value);
      } catch (error) {
        failures.push(error);
      }
    }
  }

  await Promise.all(Array.from({ length: Math.max(1, concurrency) }, worker));
  if (failures.length === 0) return;
  await iterator.return?.();
  throw failures[0];
}
