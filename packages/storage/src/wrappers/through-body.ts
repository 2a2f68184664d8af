/**
 * A body that passes through a generator. A generator that was never begun does nothing when it is given up: what lies
 * behind it, a connection or a slot, is then let go here.
 *
 * @param letGo what the generator's own `finally` would do
 */
export function throughBody(
  source: AsyncIterable<Uint8Array>,
  through: AsyncGenerator<Uint8Array>,
  letGo: () => void = () => undefined,
): AsyncIterable<Uint8Array> {
  let isBegun = false;
  return {
    [Symbol.asyncIterator]: () => ({
      next() {
        isBegun = true;
        return through.next();
      },
      async return() {
        if (!isBegun) {
          isBegun = true;
          await source[Symbol.asyncIterator]().return?.();
          letGo();
        }
        return through.return(undefined);
      },
    }),
  };
}
