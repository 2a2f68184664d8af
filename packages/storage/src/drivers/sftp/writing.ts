import { IN_FLIGHT, PIECE } from './reading.ts';

/** Writes pieces one behind the other, so many requests on their way at once. Resolves when all are answered. */
export async function pipelinedWrite(
  pieces: AsyncIterable<Uint8Array>,
  write: (bytes: Uint8Array, position: number) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let failure: { error: unknown } | null = null;
  let position = 0;
  const check = (): void => {
    if (failure) throw failure.error;
  };
  try {
    for await (const piece of pieces) {
      for (let at = 0; at < piece.length; at += PIECE) {
        const bytes = piece.subarray(at, at + PIECE);
        const written: Promise<void> = write(bytes, position)
          .catch((error) => {
            failure ??= { error };
          })
          .finally(() => underWay.delete(written));
        underWay.add(written);
        position += bytes.length;
        if (underWay.size >= IN_FLIGHT) await Promise.race(underWay);
        check();
      }
    }
  } finally {
    await Promise.all(underWay);
  }
  check();
}
