import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeLog, type RunningServer, readSettings, startServer } from '@sampan/server';
import { startQingzhouSimulator } from '@sampan/simulators';
import { type Bench, type Measurement, median, round } from './lib/bench.ts';

const PASSWORD = 'a good long password';
const KEY = { accessKeyId: 'bench-key', accessKeySecret: 'bench-secret' };
const [FEW, MANY] = [100, 10_000];
const REQUESTS = 150;
/** Reading a list of a hundred times as many instances may take at most so many times as long. */
const AT_MOST = 3;

const QUERIES: Readonly<Record<string, string>> = {
  'first page of 50': '/instances?limit=50',
  'newest 50': '/instances?limit=50&sort=-createdAt',
  'running, by name': '/instances?limit=50&state=running',
  'part of an address': '/instances?limit=50&search=10.3.0.12',
};

interface Filled {
  server: RunningServer;
  cookie: string;
  stop: () => Promise<void>;
}

async function fill(folder: string, instances: number): Promise<Filled> {
  const cloud = await startQingzhouSimulator({ ...KEY, instances, requestsPerSecond: 10_000 });
  const settings = readSettings({
    SAMPAN_PORT: '0',
    SAMPAN_DATA: path.join(folder, String(instances)),
    SAMPAN_ADMIN_PASSWORD: PASSWORD,
    XDG_CONFIG_HOME: path.join(folder, 'config'),
  });
  const server = await startServer(settings, makeLog('silent'));
  const post = (route: string, body: unknown, cookie = '') =>
    fetch(new URL(`/api/v1${route}`, server.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(body),
    });
  const login = await post('/sessions', { username: 'admin', password: PASSWORD });
  const cookie = (login.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  const options = { endpoint: cloud.url, region: 'cn-north-1', requestsPerSecond: 1000, ...KEY };
  await post('/hosts', { name: 'bench', type: 'qingzhou', options }, cookie);
  const stop = async () => {
    await server.stop();
    await cloud.close();
  };
  for (let look = 0; look < 600; look += 1) {
    const { items } = (await (await fetch(new URL('/api/v1/hosts', server.url), { headers: { cookie } })).json()) as {
      items: { state: string }[];
    };
    if (items[0]?.state === 'ready') return { server, cookie, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error('the host was not synchronised within a minute');
}

async function once({ server, cookie }: Filled, query: string): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(new URL(`/api/v1${query}`, server.url), { headers: { cookie } });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${query} answered ${response.status}`);
  return performance.now() - startedAt;
}

export const bench: Bench = {
  question: `Does a list of ${MANY} instances take longer than one of ${FEW}?`,
  run: async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sampan-bench-'));
    const servers: Filled[] = [];
    try {
      const few = await fill(folder, FEW);
      servers.push(few);
      const many = await fill(folder, MANY);
      servers.push(many);
      const measurements: Measurement[] = [];
      for (const [what, query] of Object.entries(QUERIES)) {
        const [slow, fast]: [number[], number[]] = [[], []];
        // In turn, so that whatever else the machine does falls on both.
        for (let request = 0; request < REQUESTS; request += 1) {
          slow.push(await once(many, query));
          fast.push(await once(few, query));
        }
        const skip = REQUESTS / 5;
        const [a, b] = [median(slow.slice(skip)), median(fast.slice(skip))];
        measurements.push({
          what,
          measured: `${round(a)} ms`,
          against: `${round(b)} ms with ${FEW}`,
          ratio: a / b,
          atMost: AT_MOST,
        });
      }
      return measurements;
    } finally {
      for (const { stop } of servers) await stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
