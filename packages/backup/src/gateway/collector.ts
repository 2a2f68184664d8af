/** Bytes that pass between two looks. */
const EVERY = 16 * 1024 * 1024;

let since = 0;

/**
 * Told of bytes that passed in memory which nobody needs any more. The collector counts objects, of which a body has few, and
 * looks for its pieces only when some hundred megabytes of them lie about; a look at the young ones alone takes a millisecond.
 * Does nothing in a process that was not started with `--expose-gc`.
 */
export function passed(bytes: number): void {
  since += bytes;
  if (since < EVERY) return;
  since = 0;
  globalThis.gc?.({ type: 'minor' });
}
