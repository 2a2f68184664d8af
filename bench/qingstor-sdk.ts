import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Bench, type Measurement, median, round } from './lib/bench.ts';

const SDK = path.resolve(import.meta.dirname, '../packages/qingstor-sdk/src');
const PUT = path.join(import.meta.dirname, 'lib/qingstor-put.ts');
const run = promisify(execFile);

const ROUNDS = 5;
const MIB = 1024 * 1024;
const LARGE_MIB = 512;
/** Puts of one run, so that each client takes some seconds. */
const COUNTS = { sampan: 20_000, aws: 4_000, vendor: 8_000 };
/** Of these the best is taken, for each client. */
const CONCURRENCIES = [8, 24, 64];
const MEMORY_LIMIT_MS = 240_000;

/** A sink in a process of its own, which ends with this one. */
async function startSink(environment: Record<string, string> = {}): Promise<{ port: string; stop: () => void }> {
  const sink: ChildProcess = spawn(process.execPath, [path.join(SDK, 'testing-sink.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  if (!sink.stdout) throw new Error('The sink has no output');
  const [line] = await once(sink.stdout, 'data');
  return { port: String(line).trim(), stop: () => sink.kill() };
}

async function seconds(given: readonly (string | number)[], environment: Record<string, string> = {}): Promise<number> {
  const options = { timeout: 120_000, env: { ...process.env, ...environment } };
  const { stdout } = await run(process.execPath, [PUT, ...given.map(String)], options);
  return (JSON.parse(stdout) as { seconds: number }).seconds;
}

/** All clients in turn, round after round, so that what else the machine does meets all of them. */
async function inTurns<Name extends string>(
  names: readonly Name[],
  once_: (name: Name) => Promise<number>,
): Promise<Record<Name, number[]>> {
  const results = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round_ = 0; round_ < ROUNDS; round_ += 1) {
    for (const name of names) results[name].push(await once_(name));
  }
  return results;
}

function compare(
  what: string,
  [ours, theirs]: readonly [readonly number[], readonly number[]],
  texts: { unit: string; peer: string; atLeast: number },
): Measurement {
  const ratios = ours.map((value, index) => value / (theirs[index] ?? Number.NaN));
  return {
    what,
    measured: `${round(median(ours))} ${texts.unit}`,
    against: `${texts.peer} ${round(median(theirs))} ${texts.unit}`,
    ratio: median(ratios),
    atLeast: texts.atLeast,
    spread: [Math.min(...ratios), Math.max(...ratios)],
  };
}

async function smallPuts(port: string): Promise<Measurement[]> {
  const names = ['sampan', 'aws', 'vendor'] as const;
  const best: Record<(typeof names)[number], number> = { sampan: 0, aws: 0, vendor: 0 };
  for (const name of names) {
    const tried: [seconds: number, concurrency: number][] = [];
    for (const width of CONCURRENCIES)
      tried.push([await seconds(['small', name, port, COUNTS[name] / 2, width]), width]);
    best[name] = tried.sort(([a], [b]) => a - b)[0]?.[1] ?? 24;
  }
  const rates = await inTurns(names, async (name) => {
    return COUNTS[name] / (await seconds(['small', name, port, COUNTS[name], best[name]]));
  });
  const unit = 'puts/s';
  return [
    compare('puts of 1 KiB', [rates.sampan, rates.aws], { unit, peer: 'AWS SDK v3', atLeast: 5 }),
    compare('puts of 1 KiB', [rates.sampan, rates.vendor], { unit, peer: 'vendor’s JS SDK', atLeast: 2 }),
  ];
}

async function largePuts(port: string): Promise<Measurement[]> {
  const md5 = createHash('md5')
    .update(Buffer.alloc(LARGE_MIB * MIB, 7))
    .digest('hex');
  const rates = await inTurns(['sampan', 'minimal', 'aws', 'vendor'] as const, async (name) => {
    return (LARGE_MIB * MIB) / 1e6 / (await seconds(['large', name, port, LARGE_MIB], { BENCH_MD5: md5 }));
  });
  const parts = await inTurns(['sampan', 'aws'] as const, async (name) => {
    return (LARGE_MIB * MIB) / 1e6 / (await seconds(['parts', name, port, LARGE_MIB]));
  });
  const what = `one put of ${LARGE_MIB} MiB with MD5`;
  const unit = 'MB/s';
  return [
    compare(what, [rates.sampan, rates.minimal], { unit, peer: 'minimal Node program', atLeast: 0.9 }),
    compare(what, [rates.sampan, rates.aws], { unit, peer: 'AWS SDK v3', atLeast: 1 }),
    compare(what, [rates.sampan, rates.vendor], { unit, peer: 'vendor’s JS SDK', atLeast: 1 }),
    compare(`${LARGE_MIB} MiB in 8 MiB × 4, MD5 of parts and whole`, [parts.sampan, parts.aws], {
      ...{ unit, peer: 'AWS lib-storage', atLeast: 0.9 },
    }),
  ];
}

interface Grown {
  growth: number;
  seconds: number;
  parts: number;
  chunkSize: number;
}

/** 5 GB on a line that breaks every few parts, and 100 MB on the same, each part verified on the other side. */
async function memory(): Promise<Measurement[]> {
  const { port, stop } = await startSink({ SINK_BREAK_BYTES: String(45e6), SINK_VERIFY: '1' });
  const grow = async (size: number): Promise<Grown> => {
    const given = [`http://127.0.0.1:${port}`, size, 4 * MIB, 2].map(String);
    const options = { timeout: MEMORY_LIMIT_MS };
    const { stdout } = await run(process.execPath, [path.join(SDK, 'testing-memory.ts'), ...given], options);
    return JSON.parse(stdout) as Grown;
  };
  try {
    const small = await grow(100e6);
    const large = await grow(5e9);
    const limit = large.chunkSize * 2 + 60e6;
    const megabytes = (bytes: number) => `${round(bytes / 1e6)} MB`;
    const rate = `${round(5000 / large.seconds)} MB/s, broken every 45 MB`;
    return [
      {
        ...{ what: `memory of an upload of 5 GB (${rate})`, measured: megabytes(large.growth) },
        ...{ against: `chunk × concurrency + 60 MB: ${megabytes(limit)}`, ratio: large.growth / limit, atMost: 1 },
      },
      {
        ...{ what: 'the same, 5 GB to 100 MB', measured: megabytes(large.growth), against: megabytes(small.growth) },
        ...{ ratio: large.growth / small.growth, atMost: 1.5 },
      },
    ];
  } finally {
    stop();
  }
}

export const bench: Bench = {
  question: 'How fast is the QingStor SDK, and how much memory does an upload take?',
  run: async () => {
    const sink = await startSink();
    try {
      const small = await smallPuts(sink.port);
      return [...small, ...(await largePuts(sink.port)), ...(await memory())];
    } finally {
      sink.stop();
    }
  },
};
