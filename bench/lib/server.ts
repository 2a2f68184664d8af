import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { SERVER_FLAGS } from '../../scripts/lib/setup.mjs';

const MAIN = path.resolve(import.meta.dirname, '../../packages/server/src/main.ts');
const PORT = 7399;
export const BENCH_URL = `http://127.0.0.1:${PORT}`;
export const BENCH_PASSWORD = 'a good long password';

/** Milliseconds from starting the process to the first answer of /healthz. */
export async function startOnce(
  folder: string,
  environment: Record<string, string> = {},
): Promise<{ server: ChildProcess; milliseconds: number }> {
  const startedAt = performance.now();
  const server = spawn(process.execPath, [...SERVER_FLAGS, MAIN], {
    stdio: ['ignore', 'ignore', process.env.BENCH_LOG ? 'inherit' : 'ignore'],
    env: {
      ...process.env,
      SAMPAN_PORT: String(PORT),
      SAMPAN_DATA: path.join(folder, 'data'),
      XDG_CONFIG_HOME: path.join(folder, 'config'),
      SAMPAN_ADMIN_PASSWORD: BENCH_PASSWORD,
      ...environment,
    },
  });
  while (performance.now() - startedAt < 30_000) {
    const isUp = await fetch(`${BENCH_URL}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return { server, milliseconds: performance.now() - startedAt };
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  server.kill('SIGKILL');
  throw new Error('the server did not start within 30 s');
}
