import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createQingStorClient, type QingStorClient } from '../packages/qingstor-sdk/src/index.ts';
import { type Bench, type Measurement, median, round } from './lib/bench.ts';

const run = promisify(execFile);
const CLI = path.resolve(import.meta.dirname, '../packages/cli/bin/sampan.mjs');
const WORK = path.join(import.meta.dirname, 'lib/object-sync.ts');
const MIB = 1024 * 1024;
const SMALL = 5_000;
const LARGE = 5;
const LARGE_BYTES = 64 * MIB;
const ROUNDS = 3;
const CONCURRENCY = 8;
const LIMIT_MS = 240_000;

const key = { accessKeyId: 'BENCHKEY000000000001', secretAccessKey: randomBytes(20).toString('hex') };
const keys = { QINGSTOR_ACCESS_KEY_ID: key.accessKeyId, QINGSTOR_SECRET_ACCESS_KEY: key.secretAccessKey };

async function makeFiles(folder: string): Promise<void> {
  for (let index = 0; index < SMALL; index += 1) {
    const inside = path.join(folder, String(index % 50));
    if (index < 50) await mkdir(inside, { recursive: true });
    await writeFile(path.join(inside, `${index}.bin`), randomBytes(500 + (index % 31) * 500));
  }
  for (let index = 0; index < LARGE; index += 1) {
    const handle = await open(path.join(folder, `large-${index}.bin`), 'w');
    for (let written = 0; written < LARGE_BYTES; written += MIB) await handle.write(randomBytes(MIB));
    await handle.close();
  }
}

async function startServer(data: string): Promise<{ port: number; stop: () => Promise<void> }> {
  const server = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', CLI, 'qingstor-server', '--port', '0', '--data', data],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...keys },
    },
  );
  const exited = once(server, 'exit');
  let text = '';
  const port = await new Promise<number>((resolve, reject) => {
    server.on('exit', () => reject(new Error('The server did not start')));
    server.stdout.on('data', (chunk) => {
      text += chunk;
      const found = /127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
  });
  return {
    port,
    stop: async () => {
      server.kill();
      await exited;
    },
  };
}

async function empty(client: QingStorClient, name: string): Promise<void> {
  const bucket = client.bucket(name);
  for await (const { objects } of bucket.pages()) await bucket.deleteObjects(objects.map((object) => object.key));
  await bucket.delete();
}

function compare(what: string, ours: readonly number[], theirs: readonly number[], peer: string): Measurement {
  const ratios = ours.map((value, index) => (theirs[index] ?? Number.NaN) / value);
  return {
    what,
    measured: `${round(median(ours))} s`,
    against: `${peer} ${round(median(theirs))} s`,
    ratio: median(ratios),
    atLeast: 1,
    spread: [Math.min(...ratios), Math.max(...ratios)],
  };
}

export const bench: Bench = {
  question: 'How long does it take to bring a folder into a bucket, against the SDKs of AWS and of the vendor?',
  async run() {
    const folder = await mkdtemp(path.join(tmpdir(), 'sampan-bench-sync-'));
    const server = await startServer(path.join(folder, 'store'));
    const client = createQingStorClient({ ...key, endpoint: `http://127.0.0.1:${server.port}` });
    try {
      const source = path.join(folder, 'source');
      await makeFiles(source);
      const seconds: Record<string, number[]> = { sampan: [], aws: [], vendor: [], again: [] };
      const work = async (name: string, bucket: string): Promise<number> => {
        const given = [WORK, name, String(server.port), source, bucket, String(CONCURRENCY)];
        const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', ...given], {
          ...{ timeout: LIMIT_MS, env: { ...process.env, ...keys } },
        });
        return (JSON.parse(stdout) as { seconds: number }).seconds;
      };
      for (let turn = 0; turn < ROUNDS; turn += 1) {
        for (const name of ['sampan', 'aws', 'vendor']) {
          const bucket = `bench-${name}-${turn}`;
          await client.bucket(bucket).create();
          seconds[name]?.push(await work(name, bucket));
          if (name === 'sampan') seconds.again?.push(await work(name, bucket));
          await empty(client, bucket);
        }
      }
      const { sampan = [], aws = [], vendor = [], again = [] } = seconds;
      const what = `object sync: ${SMALL} small and ${LARGE} large files (64 MiB), ${CONCURRENCY} at once`;
      return [
        compare(what, sampan, aws, 'AWS SDK v3'),
        compare(what, sampan, vendor, 'vendor’s JS SDK'),
        compare('the same again, with nothing changed', again, sampan, 'the first time'),
      ];
    } finally {
      await client.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
