import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A free port on 127.0.0.1, for a program that wants to be told one. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('close', () => socket.destroy());
    socket.on('connect', () => socket.destroy());
  });
}

export interface Child {
  process: ChildProcess;
  /** What it wrote to its standard error. */
  said: () => string;
  end: () => Promise<void>;
}

const PATIENCE_MS = 30_000;
const STEP_MS = 25;
const KEPT = 20_000;

/** Starts a program that serves a port; resolves when it takes connections there. It ends with this process at the latest. */
export async function startChild(
  command: string,
  args: readonly string[],
  port: number,
  options: SpawnOptions = {},
): Promise<Child> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (text) => {
    said = (said + String(text)).slice(-KEPT);
  });
  let isOver = false;
  const over = new Promise<void>((resolve) => {
    const end = (): void => {
      isOver = true;
      resolve();
    };
    child.once('exit', end);
    child.once('error', (error) => {
      said += String(error);
      end();
    });
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const end = async (): Promise<void> => {
    process.removeListener('exit', kill);
    child.kill('SIGTERM');
    const forced = setTimeout(kill, 5_000);
    await over;
    clearTimeout(forced);
  };
  for (let waited = 0; !(await accepts(port)); waited += STEP_MS) {
    if (isOver) throw new Error(`${command} ended: ${said}`);
    if (waited > PATIENCE_MS) {
      await end();
      throw new Error(`${command} does not serve port ${port}: ${said}`);
    }
    await delay(STEP_MS);
  }
  return { process: child, said: () => said, end };
}

/** Runs a program to its end; throws with what it said when it fails. */
export async function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<void> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (text) => {
    said += String(text);
  });
  const code = await new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  });
  if (code !== 0) throw new Error(`${command} failed (${code}): ${said}`);
}
