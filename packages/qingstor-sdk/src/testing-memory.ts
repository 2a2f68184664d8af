/**
 * A process that uploads a stream whose end is not known, and prints as JSON how much memory that took more than before.
 * Arguments: endpoint, bytes, chunk size, concurrency. Concurrency 0: one put of a source of known size.
 */
import { createQingStorClient } from './index.ts';

const [endpoint = '', ...numbers] = process.argv.slice(2);
const [size = 0, chunkSize = 0, uploadConcurrency = 1] = numbers.map(Number);
const PIECE = 64 * 1024;

/** Each piece is a buffer of its own, as pieces of a file or a socket are. */
async function* stream(): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; at += PIECE) {
    yield Buffer.alloc(Math.min(PIECE, size - at), (at / PIECE) & 255);
    if (at % (64 * PIECE) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

const client = createQingStorClient({
  ...{ accessKeyId: 'MEMORYTEST0000000001', secretAccessKey: 'only-for-tests', endpoint },
  ...{ chunkSize, uploadConcurrency: Math.max(1, uploadConcurrency) },
});
const bucket = client.bucket('memory-test');
// What every process has once it has made a request is not the upload's.
await bucket.upload('warm', Buffer.alloc(1000));
globalThis.gc?.();
const before = process.memoryUsage.rss();
let peak = before;
const timer = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 10);
const startedAt = performance.now();
const isOnePut = uploadConcurrency === 0;
// The sink answers the MD5 that the key ends with.
const name = `large-${process.env.MEMORY_MD5}`;
const result = await (isOnePut ? bucket.upload(name, { size, open: stream }) : bucket.upload('large', stream()));
clearInterval(timer);
peak = Math.max(peak, process.memoryUsage.rss());
const seconds = (performance.now() - startedAt) / 1000;
process.stdout.write(JSON.stringify({ before, peak, growth: peak - before, seconds, ...result }));
await client.close();
