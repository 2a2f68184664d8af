import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SERVER_FLAGS } from '../scripts/lib/setup.mjs';
import { againstLimit, type Bench } from './lib/bench.ts';

const MAIN = path.resolve(import.meta.dirname, '../packages/server/src/main.ts');
const RUNS = 5;
const IDLE_MS = 5_000;
const PORT = 7399;

/** Milliseconds from starting the process to the first answer of /healthz. */
async function startOnce(folder: string): Promise<{ server: ChildProcess; milliseconds: number }> {
  const startedAt = performance.now();
  const server = spawn(process.execPath, [...SERVER_FLAGS, MAIN], {
    stdio: 'ignore',
    env: {
      ...process.env,
      SAMPAN_PORT: String(PORT),
      SAMPAN_DATA: path.join(folder, 'data'),
      XDG_CONFIG_HOME: path.join(folder, 'config'),
      SAMPAN_ADMIN_PASSWORD: 'a good long password',
    },
  });
  while (performance.now() - startedAt < 30_000) {
    const isUp = await fetch(`http://127.0.0.1:${PORT}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return { server, milliseconds: performance.now() - startedAt };
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  server.kill('SIGKILL');
  throw new Error('the server did not start within 30 s');
}

function residentMegabytes(pid: number | undefined): number {
  const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1]) / 1024;
}

export const bench: Bench = {
  question: 'How fast does the server start, and how much memory does it take when idle?',
  run: async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sampan-bench-'));
    const [times, sizes]: [number[], number[]] = [[], []];
    try {
      // The first start makes database, key and administrator; it is not counted.
      for (let run = 0; run <= RUNS; run += 1) {
        const { server, milliseconds } = await startOnce(folder);
        const ended = new Promise((resolve) => server.once('exit', resolve));
        if (run > 0) {
          times.push(milliseconds);
          await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
          sizes.push(residentMegabytes(server.pid));
        }
        server.kill('SIGTERM');
        await ended;
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return [
      againstLimit('start to /healthz', times, 1000, 'ms'),
      againstLimit(`resident memory after ${IDLE_MS / 1000} s idle`, sizes, 150, 'MB'),
    ];
  },
};
