const MIB = 1024 * 1024;
/** Bytes read between two nudges. */
const EVERY = 24 * MIB;
/**
 * Bytes that a nudge pretends to use. Above 32 MiB, the largest block that glibc serves from its heap: such a block is
 * mapped, never written, and given back, so it costs address space for a moment and no memory.
 */
const PRETENDED = 56 * MIB;

/**
 * Counts bytes that a stream has read into buffers of its own. V8 looks for dead buffers only when some 64 MB more of
 * them were made, which would be most of an upload's memory; a large buffer that nobody writes to makes it look earlier.
 */
export function createCollectorNudge(): (bytes: number) => void {
  let since = 0;
  return (bytes) => {
    since += bytes;
    if (since < EVERY) return;
    since = 0;
    try {
      new ArrayBuffer(PRETENDED);
    } catch {
      // Where address space is short, the collector looks anyway.
    }
  };
}
