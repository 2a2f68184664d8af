import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  backUp,
  createRepository,
  findRestic,
  type GatewayStorage,
  listSnapshots,
  type RepositoryAccess,
  restore,
} from '../packages/backup/src/index.ts';
import { createQingStorClient } from '../packages/qingstor-sdk/src/index.ts';
import { makeData } from './lib/backup-data.ts';
import { type Bench, type Measurement, median, round } from './lib/bench.ts';

const CLI = path.resolve(import.meta.dirname, '../packages/cli/bin/sampan.mjs');
const BROUGHT = path.resolve(import.meta.dirname, '../.cache/restic/usr/bin/restic');
const ROUNDS = 3;
const PASSWORD = 'of a bench';
const key = { accessKeyId: 'BENCHKEY000000000001', secretAccessKey: randomBytes(20).toString('hex') };

async function startStore(data: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', CLI, 'qingstor-server', '--port', '0', '--data', data],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, QINGSTOR_ACCESS_KEY_ID: key.accessKeyId, QINGSTOR_SECRET_ACCESS_KEY: key.secretAccessKey },
    },
  );
  const exited = once(child, 'exit');
  let text = '';
  const port = await new Promise<string>((resolve) => {
    child.stdout?.on('data', (chunk) => {
      text += chunk;
      const found = /127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}

/** How often what takes a second is measured in each round. */
const TIMES = 3;

/** What was written before reaches the disk before, and not while something else is measured. */
async function seconds(work: () => Promise<unknown>): Promise<number> {
  await once(spawn('sync'), 'exit');
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

/** restic by itself, with a cache and a repository of its own, as the gateway's has. */
async function plain(restic: string, repository: string, cache: string, args: readonly string[]): Promise<void> {
  const child = spawn(restic, [...args], {
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      HOME: cache,
      RESTIC_REPOSITORY: repository,
      RESTIC_PASSWORD: PASSWORD,
      RESTIC_CACHE_DIR: cache,
    },
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`restic ${args[0]} ended with ${code}`);
}

/** Resident memory of a process, its largest so far, in bytes. */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}

interface Times {
  first: number[];
  again: number[];
  restored: number[];
}

function compare(what: string, ours: readonly number[], theirs: readonly number[], atMost: number): Measurement {
  const ratios = ours.map((value, index) => value / (theirs[index] ?? Number.NaN));
  return {
    what,
    measured: `${round(median(ours))} s`,
    against: `restic alone ${round(median(theirs))} s`,
    ratio: median(ratios),
    atMost,
    spread: [Math.min(...ratios), Math.max(...ratios)],
  };
}

export const bench: Bench = {
  question: 'What does the gateway cost between restic and a storage, with 1 GiB of mixed data?',
  async run() {
    const folder = await mkdtemp(path.join(tmpdir(), 'sampan-bench-backup-'));
    const source = path.join(folder, 'source');
    await mkdir(source);
    await makeData(source);
    const restic = await findRestic([BROUGHT, 'restic']);
    const store = await startStore(path.join(folder, 'store'));
    const client = createQingStorClient({ ...key, endpoint: store.url });
    const times: Record<'plain' | 'local' | 'qingstor', Times> = {
      plain: { first: [], again: [], restored: [] },
      local: { first: [], again: [], restored: [] },
      qingstor: { first: [], again: [], restored: [] },
    };
    let memory = 0;
    const limits = { uploadBytesPerSecond: null, downloadBytesPerSecond: null, concurrency: null };
    try {
      for (let turn = 0; turn < ROUNDS; turn += 1) {
        const here = path.join(folder, `turn-${turn}`);
        const cache = (name: string) => path.join(here, `cache-${name}`);
        await mkdir(path.join(here, 'local'), { recursive: true });

        const repository = path.join(here, 'plain');
        const work = (args: readonly string[]) => seconds(() => plain(restic.file, repository, cache('plain'), args));
        await mkdir(cache('plain'));
        await work(['init']);
        times.plain.first.push(await work(['backup', '--json', source]));
        for (let time = 0; time < TIMES; time += 1) times.plain.again.push(await work(['backup', '--json', source]));
        times.plain.restored.push(
          await work(['restore', 'latest', '--json', '--target', path.join(here, 'out-plain')]),
        );
        await rm(path.join(here, 'out-plain'), { recursive: true });
        await rm(repository, { recursive: true });

        const bucket = `bench-backup-${turn}`;
        await client.bucket(bucket).create();
        const storages: Record<'local' | 'qingstor', GatewayStorage> = {
          local: {
            type: 'local',
            options: { folder: path.join(here, 'local') },
            bucket: null,
            prefix: 'r/',
            forbiddenNetworks: [],
            limits,
          },
          qingstor: {
            ...{ type: 'qingstor', options: { ...key, endpoint: store.url, bucket }, bucket: null, prefix: 'r/' },
            ...{ forbiddenNetworks: [], limits },
          },
        };
        for (const name of ['local', 'qingstor'] as const) {
          await mkdir(cache(name));
          let pid = 0;
          const watch = setInterval(() => void peakMemory(pid).then((peak) => (memory = Math.max(memory, peak))), 200);
          const access: RepositoryAccess = {
            ...{ restic, storage: storages[name], password: PASSWORD, cacheFolder: cache(name) },
            onGateway: (gateway) => {
              pid = gateway.pid;
            },
          };
          await createRepository(access);
          const wish = { paths: [source], host: 'bench' };
          times[name].first.push(await seconds(() => backUp(access, wish)));
          const [first] = await listSnapshots(access);
          for (let time = 0; time < TIMES; time += 1)
            times[name].again.push(await seconds(() => backUp(access, { ...wish, parent: first?.id })));
          const target = path.join(here, `out-${name}`);
          times[name].restored.push(await seconds(() => restore(access, { snapshotId: first?.id ?? '', target })));
          clearInterval(watch);
          await rm(target, { recursive: true });
        }
        await rm(here, { recursive: true });
      }
      return [
        compare('backup of 1 GiB to a local directory', times.local.first, times.plain.first, 1.25),
        compare('backup of 1 GiB to qingstor-server', times.qingstor.first, times.plain.first, 1.5),
        compare('backup again, local, nothing changed', times.local.again, times.plain.again, 1.2),
        compare('backup again, qingstor-server, nothing changed', times.qingstor.again, times.plain.again, 1.2),
        compare('restore of 1 GiB from a local directory', times.local.restored, times.plain.restored, 1.3),
        compare('restore of 1 GiB from qingstor-server', times.qingstor.restored, times.plain.restored, 1.3),
        {
          ...{
            what: 'memory of the gateway, at most',
            measured: `${round(memory / 1e6)} MB`,
            against: 'at most 200 MB',
          },
          ...{ ratio: memory / 200e6, atMost: 1 },
        },
      ];
    } finally {
      await client.close();
      await store.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
