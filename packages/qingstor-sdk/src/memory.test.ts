import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { MIB } from './testing.ts';

const file = (name: string) => path.join(import.meta.dirname, name);

async function sink(context: TestContext): Promise<string> {
  const process_ = spawn(process.execPath, [file('testing-sink.ts')], { stdio: ['pipe', 'pipe', 'inherit'] });
  context.after(() => process_.kill());
  const [line] = await once(process_.stdout, 'data');
  return `http://127.0.0.1:${Number(String(line))}`;
}

async function grown(endpoint: string, size: number, chunkSize: number, concurrency: number, md5 = '') {
  const given = [endpoint, size, chunkSize, concurrency].map(String);
  const options = { timeout: 60_000, env: { ...process.env, MEMORY_MD5: md5 } };
  const { stdout } = await promisify(execFile)(process.execPath, [file('testing-memory.ts'), ...given], options);
  return JSON.parse(stdout) as { growth: number; peak: number; parts: number; chunkSize: number; seconds: number };
}

test('an upload takes chunk size × concurrency + 60 MB at most, whatever the size', async (context) => {
  const endpoint = await sink(context);
  for (const [size, chunk, concurrency] of [
    [100, 4, 1],
    [500, 4, 1],
    [200, 4, 8],
    [320, 64, 2],
  ] as const) {
    const { growth, peak, parts } = await grown(endpoint, size * MIB, chunk * MIB, concurrency);
    assert.equal(parts, Math.ceil(size / chunk));
    const told = `${size} MiB in ${chunk} MiB × ${concurrency}: ${(growth / 1e6).toFixed(0)} MB more`;
    context.diagnostic(`${told}, ${(peak / 1e6).toFixed(0)} MB in all`);
    assert.ok(growth <= chunk * MIB * concurrency + 60e6, told);
  }
});

test('one put of a source takes 60 MB at most', async (context) => {
  const size = 190 * MIB;
  const hash = createHash('md5');
  for (let at = 0; at < size; at += 65_536) hash.update(Buffer.alloc(65_536, (at / 65_536) & 255));
  const { growth, parts } = await grown(await sink(context), size, 4 * MIB, 0, hash.digest('hex'));
  context.diagnostic(`${(growth / 1e6).toFixed(0)} MB more`);
  assert.equal(parts, 0);
  assert.ok(growth <= 4 * MIB + 60e6, `${growth} bytes more`);
});
