import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** The MD5 of what is given in order; `add` gives a promise where it has to be waited for. */
export interface Md5 {
  add(bytes: Uint8Array): Promise<void> | undefined;
  /** Hex. */
  digest(): Promise<string>;
  /** Lets it go without a digest; also after one. */
  close(): void;
}

/** From here on a thread is worth its start, bytes. */
const WORTH_A_THREAD = 64 * 1024 * 1024;
const SLOT = 128 * 1024;
const SLOTS = 32;
/** Of the thread for more, milliseconds: the end may be told between its look and its sleep. */
const LONGEST_WAIT_MS = 5;
/** Of this side for a free slot, milliseconds; the ring holds more than is hashed meanwhile. */
const PAUSE_MS = 1;
/** Places in the shared counters: slots filled, slots hashed, whether no more come; then the length of each slot. */
const [FILLED, HASHED, ENDED, LENGTHS] = [0, 1, 2, 3];

/** The other side; plain JavaScript in a text, so that it needs no file and no type stripping of its own. */
const THREAD = `
const { createHash } = require('node:crypto');
const { parentPort, workerData } = require('node:worker_threads');
const counters = new Int32Array(workerData.counters);
const hash = createHash('md5');
for (let done = 0; ; ) {
  const filled = Atomics.load(counters, ${FILLED});
  if (filled === done) {
    if (Atomics.load(counters, ${ENDED}) === 1 && Atomics.load(counters, ${FILLED}) === done) break;
    Atomics.wait(counters, ${FILLED}, filled, ${LONGEST_WAIT_MS});
    continue;
  }
  const slot = done % ${SLOTS};
  hash.update(new Uint8Array(workerData.ring, slot * ${SLOT}, counters[${LENGTHS} + slot]));
  done = (done + 1) | 0;
  Atomics.store(counters, ${HASHED}, done);
}
parentPort.postMessage(hash.digest('hex'));
`;

function inline(): Md5 {
  const hash = createHash('md5');
  return {
    add(bytes) {
      hash.update(bytes);
      return undefined;
    },
    digest: async () => hash.copy().digest('hex'),
    close() {},
  };
}

/**
 * Hashes in a thread of its own: MD5 is slower than sending, so that both in one thread add up. Takes a copy of what it is
 * given, 4 MiB at most at a time.
 */
function threaded(): Md5 {
  const ring = new SharedArrayBuffer(SLOT * SLOTS);
  const bytes = new Uint8Array(ring);
  const shared = new SharedArrayBuffer(4 * (LENGTHS + SLOTS));
  const counters = new Int32Array(shared);
  const worker = new Worker(THREAD, { eval: true, workerData: { ring, counters: shared }, stdin: false, execArgv: [] });
  const answer = new Promise<string>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The thread that hashes has ended')));
  });
  // Told by whoever waits for the digest.
  answer.catch(() => undefined);
  let filled = 0;

  function put(piece: Uint8Array): boolean {
    if (filled - Atomics.load(counters, HASHED) >= SLOTS) return false;
    const slot = filled % SLOTS;
    bytes.set(piece, slot * SLOT);
    counters[LENGTHS + slot] = piece.length;
    filled += 1;
    Atomics.store(counters, FILLED, filled);
    Atomics.notify(counters, FILLED);
    return true;
  }

  async function putAll(given: Uint8Array, from: number): Promise<void> {
    for (let at = from; at < given.length; ) {
      if (put(given.subarray(at, at + SLOT))) at += SLOT;
      else await Promise.race([delay(PAUSE_MS), answer]);
    }
  }

  return {
    add(given) {
      for (let at = 0; at < given.length; at += SLOT) {
        if (!put(given.subarray(at, at + SLOT))) return putAll(given, at);
      }
      return undefined;
    },
    digest() {
      Atomics.store(counters, ENDED, 1);
      Atomics.notify(counters, FILLED);
      return answer;
    },
    close: () => void worker.terminate(),
  };
}

/** @param size bytes to come, as far as known */
export function createMd5(size: number): Md5 {
  return size >= WORTH_A_THREAD && availableParallelism() > 1 ? threaded() : inline();
}
