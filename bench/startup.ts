import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { againstLimit, type Bench } from './lib/bench.ts';
import { startOnce } from './lib/server.ts';

const RUNS = 5;
const IDLE_MS = 5_000;

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
