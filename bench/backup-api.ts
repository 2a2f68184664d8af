import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeData } from './lib/backup-data.ts';
import { againstLimit, type Bench } from './lib/bench.ts';
import { BENCH_PASSWORD, BENCH_URL, startOnce } from './lib/server.ts';

const EVERY_MS = 20;
const MOST_MS = 120_000;

/** A client that is signed in. */
async function signIn(): Promise<(method: string, where: string, body?: object) => Promise<Response>> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  const send = (method: string, where: string, body?: object) =>
    fetch(`${BENCH_URL}/api/v1${where}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const session = await send('POST', '/sessions', { username: 'admin', password: BENCH_PASSWORD });
  headers.cookie = (session.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  return send;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const bench: Bench = {
  question: 'How fast does the API answer while 1 GiB is backed up?',
  async run() {
    const folder = await mkdtemp(path.join(tmpdir(), 'sampan-bench-api-'));
    const [source, storage] = [path.join(folder, 'source'), path.join(folder, 'storage')];
    for (const each of [source, storage]) await mkdir(each);
    await makeData(source);
    const { server } = await startOnce(folder, { SAMPAN_BACKUP_ROOTS: folder });
    const ended = new Promise((resolve) => server.once('exit', resolve));
    try {
      const send = await signIn();
      const made = await send('POST', '/storages', { name: 'disk', type: 'local', options: { folder: storage } });
      const { id: storageId } = (await made.json()) as { id: string };
      const sources = { paths: [source] };
      await send('POST', '/plans', { name: 'bench', storageId, sources, runNow: true });
      const times: number[] = [];
      const until = performance.now() + MOST_MS;
      while (performance.now() < until) {
        const startedAt = performance.now();
        const shown = await (await send('GET', `/plans?limit=50`)).json();
        const took = performance.now() - startedAt;
        const [{ lastRun }] = (shown as { items: { lastRun: { state: string } }[] }).items as [
          { lastRun: { state: string } },
        ];
        if (lastRun.state === 'running') times.push(took);
        else if (lastRun.state !== 'queued') break;
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
      if (times.length < 50) throw new Error(`the backup was over after ${times.length} requests`);
      return [againstLimit('95th percentile of the API meanwhile', [percentile(times, 0.95)], 20, 'ms')];
    } finally {
      server.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    }
  },
};
