import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { startQingStorServer } from '@sampan/qingstor-server';
import { createQingStorClient, type QingStorOptions } from './index.ts';

/** A key for tests; the secret opens nothing anywhere. */
export const testKey = {
  accessKeyId: 'SDKTESTKEY0000000001',
  secretAccessKey: 'only-for-tests-000000000000000000000001',
};

export const BUCKET = 'sdk-bucket';
const base = { baseHost: 'qs.test', lifecycleIntervalMs: 0, idleTimeoutMs: 3_000 };
export const MIB = 1024 * 1024;

export interface LiveServer {
  port: number;
  endpoint: string;
}

/** A server of our own kind on a directory, for one test. */
export async function liveServer(
  context: TestContext,
  options: Partial<Parameters<typeof startQingStorServer>[0]> = {},
): Promise<LiveServer> {
  const data = await mkdtemp(path.join(tmpdir(), 'qingstor-sdk-'));
  const server = await startQingStorServer({ ...testKey, data, ...base, ...options });
  context.after(async () => {
    await server.close();
    await rm(data, { recursive: true, force: true, maxRetries: 10 });
  });
  return { port: server.port, endpoint: `http://127.0.0.1:${server.port}` };
}

/** A client that is closed with the test. */
export function liveClient(context: TestContext, endpoint: string, options: QingStorOptions = {}) {
  const client = createQingStorClient({ ...testKey, endpoint, ...options });
  context.after(() => client.close());
  return client;
}

/** A server with one bucket, and the bucket. */
export async function liveBucket(context: TestContext, options: QingStorOptions = {}) {
  const server = await liveServer(context);
  const client = liveClient(context, server.endpoint, options);
  const bucket = client.bucket(BUCKET);
  await bucket.create();
  return { server, client, bucket };
}

/** Bytes that look random and are the same in every run. */
export function pattern(length: number, seed = 1): Buffer {
  const block = Buffer.allocUnsafe(Math.min(length, 1_000_003));
  let state = seed >>> 0 || 1;
  for (let at = 0; at < block.length; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    block[at] = state >>> 24;
  }
  if (length === block.length) return block;
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at += block.length) block.copy(bytes, at);
  return bytes;
}

export const md5Hex = (bytes: Uint8Array | string) => createHash('md5').update(bytes).digest('hex');

/** The bytes as a stream of odd pieces, that can be read once. */
export async function* once(bytes: Buffer, piece = 70_001): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
}

/** All hosts lead to this machine, as a DNS server would have it. */
export const loopback: NonNullable<QingStorOptions['lookup']> = (_host, options, done) => {
  if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};
