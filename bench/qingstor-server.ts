// What the QingStor-compatible server makes of the disk and of MD5, syncing on: each number is a share of what a minimal
// program in this run gets for the same bytes, written aside, synced, renamed and the directory synced.
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signQingStorHeaders } from '../packages/accesskey/src/index.ts';
import { openStore, type Store } from '../packages/qingstor-server/src/store/store.ts';
import { startProcess, testKey } from '../packages/qingstor-server/src/testing.ts';
import { type Bench, type Measurement, round } from './lib/bench.ts';

const MIB = 1024 * 1024;
const SMALL_BYTES = 1024;
const SMALL_COUNT = 1500;
const LARGE_BYTES = 512 * MIB;
const PIECE = randomBytes(MIB);

const seconds = async (work: () => Promise<void>): Promise<number> => {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
};

/** Runs `count` jobs, `width` at a time. */
async function inParallel(count: number, width: number, job: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < count) {
        next += 1;
        await job(next);
      }
    }),
  );
}

async function writeWhole(directory: string, name: string, pieces: number, piece: Buffer): Promise<void> {
  const hash = createHash('md5');
  const file = await open(join(directory, `${name}.part`), 'w');
  for (let index = 0; index < pieces; index += 1) {
    hash.update(piece);
    await file.write(piece);
  }
  hash.digest('hex');
  await file.datasync();
  await file.close();
  await rename(join(directory, `${name}.part`), join(directory, name));
  const folder = await open(directory, 'r');
  await folder.sync();
  await folder.close();
}

async function readWhole(path: string): Promise<void> {
  const file = await open(path, 'r');
  const buffer = Buffer.allocUnsafe(MIB);
  while ((await file.read(buffer, 0, MIB, null)).bytesRead > 0);
  await file.close();
}

function call(
  port: number,
  agent: Agent,
  method: string,
  target: string,
  pieces = 0,
  piece: Buffer = PIECE,
): Promise<void> {
  const signed = signQingStorHeaders(testKey, { method, target }, Date.now());
  return new Promise((resolve, reject) => {
    const headers = { ...signed, 'Content-Length': pieces * piece.length };
    const sent = request({ host: '127.0.0.1', port, agent, method, path: target, headers }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode && response.statusCode < 300
          ? resolve()
          : reject(new Error(`${target}: ${response.statusCode}`)),
      );
    });
    sent.on('error', reject);
    let left = pieces;
    const more = () => {
      while (left > 0) {
        left -= 1;
        if (!sent.write(piece)) return void sent.once('drain', more);
      }
      sent.end();
    };
    more();
  });
}

/** As a share of what the disk and MD5 allow. */
function share(what: string, unit: string, amount: number, disk: number, server: number): Measurement {
  const rate = (time: number) => `${round(amount / time)} ${unit}`;
  return { what, measured: rate(server), against: rate(disk), ratio: disk / server };
}

async function measureSmall(root: string, port: number, agent: Agent, width: number): Promise<Measurement[]> {
  const small = PIECE.subarray(0, SMALL_BYTES);
  const all = (job: (index: number) => Promise<void>) => seconds(() => inParallel(SMALL_COUNT, width, job));
  const write = await all((index) => writeWhole(root, `${width}-${index}`, 1, small));
  const put = await all((index) => call(port, agent, 'PUT', `/bench-bucket/${width}-${index}`, 1, small));
  const read = await all((index) => readWhole(join(root, `${width}-${index}`)));
  const get = await all((index) => call(port, agent, 'GET', `/bench-bucket/${width}-${index}`));
  return [
    share(`put 1 KiB, ${width} at a time`, '/s', SMALL_COUNT, write, put),
    share(`get 1 KiB, ${width} at a time`, '/s', SMALL_COUNT, read, get),
  ];
}

async function measureLarge(root: string, port: number, agent: Agent): Promise<Measurement[]> {
  const pieces = LARGE_BYTES / MIB;
  const write = await seconds(() => writeWhole(root, 'large', pieces, PIECE));
  const put = await seconds(() => call(port, agent, 'PUT', '/bench-bucket/large', pieces));
  const read = await seconds(() => readWhole(join(root, 'large')));
  const get = await seconds(() => call(port, agent, 'GET', '/bench-bucket/large'));
  return [
    share('put 512 MiB', 'MiB/s', pieces, write, put),
    share('get 512 MiB, against reading the cached file', 'MiB/s', pieces, read, get),
  ];
}

/** Seconds that the quickest of 20 pages of 1,000 keys takes in a bucket of `count`. */
async function timePage(store: Store, count: number, marker: string): Promise<number> {
  const { id } = await store.buckets.create(`bucket-of-${count}`, 'pek3a', 'usr-x', []);
  for (let begin = 0; begin < count; begin += 50_000) {
    await store.committer.run(() => {
      for (let index = begin; index < Math.min(count, begin + 50_000); index += 1) {
        const key = `key/${String(index).padStart(8, '0')}`;
        const object = { bucket: id, key, size: 0, etag: 'e', mime: 'a/b', details: {}, segments: [] };
        store.objects.insert({ ...object, storageClass: 'STANDARD' });
      }
    });
  }
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 20; run += 1) {
    const page = async () => void store.listing.objects(id, { prefix: '', delimiter: '', marker, limit: 1000 });
    best = Math.min(best, await seconds(page));
  }
  return best;
}

async function measureListing(root: string): Promise<Measurement> {
  const store = await openStore(join(root, 'listing'), Date.now);
  const thousand = await timePage(store, 1_000, '');
  const million = await timePage(store, 1_000_000, 'key/00700000');
  await store.close();
  return {
    what: 'page of 1,000 keys in a bucket of 1,000,000, against one of 1,000',
    measured: `${round(1000 * million)} ms`,
    against: `${round(1000 * thousand)} ms`,
    ratio: million / thousand,
    atMost: 2,
  };
}

export const bench: Bench = {
  question: 'What does the QingStor-compatible server make of the disk and of MD5, with syncing on?',
  run: async () => {
    const root = await mkdtemp(join(tmpdir(), 'bench-qingstor-server-'));
    const raw = join(root, 'raw');
    await mkdir(raw);
    const { child, port } = await startProcess({ data: join(root, 'data') });
    try {
      const agent = new Agent({ keepAlive: true, maxSockets: 32 });
      await call(port, agent, 'PUT', '/bench-bucket');
      const alone = await measureSmall(raw, port, agent, 1);
      const crowd = await measureSmall(raw, port, agent, 32);
      const large = await measureLarge(raw, port, agent);
      return [...alone, ...crowd, ...large, await measureListing(root)];
    } finally {
      child.kill('SIGKILL');
      await rm(root, { recursive: true, force: true });
    }
  },
};
