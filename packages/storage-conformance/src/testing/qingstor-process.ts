import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startChild } from './children.ts';

const PROGRAM = `
import { startQingStorServer } from '@sampan/qingstor-server';
await startQingStorServer(JSON.parse(process.env.SERVER_OPTIONS ?? '{}'));
`;

/** A QingStor server as a process of its own, so that its memory and time are not those of the test. */
export async function startQingStorProcess(key: { accessKeyId: string; secretAccessKey: string }) {
  const data = await mkdtemp(join(tmpdir(), 'sampan-qingstor-process-'));
  const port = await freePort();
  const child = await startChild(process.execPath, ['--input-type=module', '-e', PROGRAM], port, {
    cwd: import.meta.dirname,
    env: { ...process.env, SERVER_OPTIONS: JSON.stringify({ ...key, data, port, lifecycleIntervalMs: 0 }) },
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      await child.end();
      await rm(data, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
