import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signQingStorHeaders } from '@sampan/accesskey';
import type { QingStorServerOptions } from './options.ts';
import { type QingStorServer, startQingStorServer } from './server.ts';

/** A key for tests; the secret opens nothing anywhere. */
export const testKey = {
  accessKeyId: 'TESTKEY0000000000001',
  secretAccessKey: 'a-secret-only-for-tests-0000000000000001',
};

export const BASE_HOST = 'qs.test';

interface Teardown {
  after(work: () => Promise<void>): void;
}

export async function temporaryDirectory(test: Teardown): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'qingstor-server-'));
  test.after(() => rm(directory, { recursive: true, force: true, maxRetries: 10 }));
  return directory;
}

/** A server for one test, ended with it. */
export async function testServer(
  test: Teardown,
  options: Partial<QingStorServerOptions> = {},
): Promise<QingStorServer> {
  const data = options.data ?? (await temporaryDirectory(test));
  const server = await startQingStorServer({
    ...testKey,
    data,
    baseHost: BASE_HOST,
    lifecycleIntervalMs: 0,
    ...options,
  });
  test.after(() => server.close());
  return server;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The body as JSON; throws when it is not. */
  json<T = Record<string, unknown>>(): T;
}

export interface Sent {
  method: string;
  /** Path and query as on the wire. */
  target: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
  /** The Host header; the plain address when absent. */
  host?: string;
}

/** One request exactly as given: nothing is normalised, encoded or followed. */
export function send(server: { port: number }, sent: Sent): Promise<Answer> {
  const host = sent.host ?? `127.0.0.1:${server.port}`;
  const headers: Record<string, string> = { host, ...sent.headers };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: server.port, method: sent.method, path: sent.target, headers, agent: false },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(parts);
          const status = response.statusCode ?? 0;
          resolve({ status, headers: response.headers, body, json: () => JSON.parse(body.toString('utf8')) });
        });
      },
    );
    request.setTimeout(20_000, () => request.destroy(new Error('no answer')));
    request.on('error', reject);
    request.end(sent.body);
  });
}

/** The same, signed as QingStor wants it. */
export function sendSigned(
  server: { port: number },
  sent: Sent & { bucketInHost?: string; key?: { accessKeyId: string; secretAccessKey: string } },
): Promise<Answer> {
  const { method, target } = sent;
  const parts = { method, target, headers: sent.headers, virtualHostBucket: sent.bucketInHost };
  const signed = signQingStorHeaders(sent.key ?? testKey, parts, Date.now());
  return send(server, { ...sent, headers: { ...sent.headers, ...signed } });
}

export const md5Hex = (data: Buffer | string) => createHash('md5').update(data).digest('hex');

/** Bytes that look random and are the same in every run. */
export function pattern(length: number, seed = 1): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let state = seed >>> 0 || 1;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

const PROGRAM = `
  import { startQingStorServer } from ${JSON.stringify(new URL('./server.ts', import.meta.url).href)};
  const server = await startQingStorServer(JSON.parse(process.env.SERVER_OPTIONS));
  console.log(server.port);
`;

/** A server as a process of its own, by a shell line that may set limits. */
export async function startProcess(options: object, limits = ''): Promise<{ child: ChildProcess; port: number }> {
  const command = `${limits} exec "$0" --input-type=module -e "$SERVER_PROGRAM"`;
  const child = spawn('sh', ['-c', command, process.execPath], {
    env: { ...process.env, SERVER_OPTIONS: JSON.stringify({ ...testKey, ...options }), SERVER_PROGRAM: PROGRAM },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return { child, port: Number(String(line).trim()) };
}
