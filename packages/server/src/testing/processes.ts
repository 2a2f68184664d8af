import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestPlace } from './databases.ts';
import { ADMIN_PASSWORD } from './start.ts';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const MAIN = path.join(HERE, 'test-server.ts');
const SIMULATOR_MAIN = fileURLToPath(import.meta.resolve('@sampan/simulators/process'));
const START_TIMEOUT_MS = 60_000;

/** A child process of a test. */
export class TestProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  output = '';

  constructor(args: readonly string[], environment: Record<string, string>) {
    this.child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // Each would strip and compile again what another did.
      env: {
        ...{ PATH: process.env.PATH, HOME: process.env.HOME, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
        ...environment,
      },
    });
    this.ended = new Promise((resolve) => this.child.once('close', (code, signal) => resolve({ code, signal })));
    this.child.stderr?.on('data', (chunk) => {
      this.output += chunk;
    });
    // Read to the end, or the child would wait for us when the pipe is full.
    createInterface({ input: this.child.stdout ?? process.stdin }).on('line', (line) => {
      this.output += `${line}\n`;
    });
  }

  /** The first match on its output. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const match = pattern.exec(this.output);
      if (match) return match;
      if (this.child.exitCode !== null || Date.now() > deadline)
        throw new Error(`the process did not say ${pattern}: ${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    await this.ended;
  }
}

/** Where in an operation the server process kills itself, see `crashing-server.ts`. */
export type CrashPoint =
  | 'before the call'
  | 'after the call, before it was saved'
  | 'after it was saved'
  | 'before the message'
  | 'after the message, before it was saved';

/** A real server in a process of its own; answers once it listens. */
export async function spawnServer(
  place: TestPlace,
  options: { crashAt?: CrashPoint; port?: number } = {},
): Promise<{ server: TestProcess; url: string }> {
  const server = new TestProcess([MAIN], {
    SAMPAN_PORT: String(options.port ?? 0),
    SAMPAN_DATA: place.dataFolder,
    SAMPAN_ADMIN_PASSWORD: ADMIN_PASSWORD,
    XDG_CONFIG_HOME: path.join(place.dataFolder, '..', 'config'),
    ...(place.databaseUrl !== null && { SAMPAN_DATABASE_URL: place.databaseUrl }),
    ...(options.crashAt !== undefined && { SAMPAN_TEST_CRASH_AT: options.crashAt }),
  });
  const [, url = ''] = await server.says(/"url":"([^"]+)"/);
  return { server, url };
}

export const SIMULATOR_KEY = { accessKeyId: 'test-key-id', accessKeySecret: 'test-key-secret' };

/** A simulated Qingzhou in a process of its own, with its state on disk. */
export async function spawnSimulator(
  place: TestPlace,
  transitionMs: number,
): Promise<{ simulator: TestProcess; url: string; accepted: () => Promise<Record<string, Record<string, number>>> }> {
  const settings = {
    port: 0,
    ...SIMULATOR_KEY,
    instances: 12,
    statePath: path.join(place.dataFolder, '..', 'simulator.sqlite'),
    transitionMs,
  };
  const simulator = new TestProcess([SIMULATOR_MAIN], { SAMPAN_SIMULATOR: JSON.stringify(settings) });
  const [, url = ''] = await simulator.says(/"url":"([^"]+)"/);
  const accepted = async () =>
    ((await (await fetch(`${url}/_simulator/calls`)).json()) as { accepted: Record<string, Record<string, number>> })
      .accepted;
  return { simulator, url, accepted };
}

/** Options of a host at a simulator. */
export function hostOptions(url: string): Record<string, string> {
  return { endpoint: url, region: 'cn-north-1', ...SIMULATOR_KEY };
}
