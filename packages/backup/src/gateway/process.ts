import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { SampanError } from '@sampan/driver';
import type { GatewayOrder } from './messages.ts';

/** A process that becomes a gateway by its first order. */
export type GatewayProcess = ChildProcessByStdio<Writable, Readable, null>;

/** A process that runs from the checkout is TypeScript, a packed one JavaScript. */
const MAIN = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './serve.ts' : './serve.js', import.meta.url));
/**
 * There is little to collect, and restic needs the other cores: waiting for helping threads would take longer than the work. Bodies lie
 * outside of the heap, and each 64 MB of them would begin to mark it step by step; at once it takes ten milliseconds.
 */
const FLAGS = ['--single-threaded-gc', '--no-incremental-marking', '--disable-warning=ExperimentalWarning'];
/** Commands follow each other at once, as those of a run do, or not for long. */
const KEPT_MS = 15_000;

/**
 * One process that has loaded its code and knows nothing yet. The start of a process takes longer than all the requests of
 * a backup in which nothing changed, so that it happens beside the command before.
 */
let spare: { child: GatewayProcess; codeFolder: string | null; release: () => void } | null = null;

export function gatewayNotStarted(cause: unknown): SampanError {
  return new SampanError('gateway_failed', 'The gateway to the storage did not start.', {
    hint: 'Look at the log of the server.',
    retryable: true,
    cause,
  });
}

/** @throws `gateway_failed` when the machine has no room for another process */
function start(codeFolder: string | null): GatewayProcess {
  const child = spawn(process.execPath, [...FLAGS, MAIN], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Nothing of the server's own environment, where keys may be.
    env: { PATH: process.env.PATH ?? '', ...(codeFolder !== null && { NODE_COMPILE_CACHE: codeFolder }) },
  });
  // Why is told later, as an event that ends this process if nobody listens; there are no pipes then.
  child.on('error', () => undefined);
  if (child.pid === undefined) throw gatewayNotStarted(new Error('no process can be started'));
  child.stdin.on('error', () => undefined);
  return child;
}

export function giveOrder(child: GatewayProcess, order: GatewayOrder): void {
  child.stdin.write(`${JSON.stringify(order)}\n`);
}

/** The process for a command: the one that is ready, or a new one. @throws `gateway_failed` */
export function takeProcess(codeFolder: string | null): GatewayProcess {
  if (!spare || spare.codeFolder !== codeFolder) return start(codeFolder);
  const { child, release } = spare;
  release();
  hold(child, true);
  return child;
}

/**
 * Makes the next process ready, with the driver of a kind of storage. It ends when nobody takes it for a while, and does not
 * keep this process from ending.
 */
export function prepareProcess(codeFolder: string | null, storageType: string, keptMs = KEPT_MS): void {
  if (spare) return;
  let child: GatewayProcess;
  try {
    child = start(codeFolder);
  } catch {
    // Told to whoever takes one.
    return;
  }
  giveOrder(child, { kind: 'prepare', type: storageType });
  const limit = setTimeout(() => {
    release();
    child.stdin.end();
  }, keptMs);
  limit.unref();
  const release = (): void => {
    clearTimeout(limit);
    child.off('exit', release);
    if (spare?.child === child) spare = null;
  };
  child.once('exit', release);
  spare = { child, codeFolder, release };
  hold(child, false);
}

/** Whether this process lives on for that one. */
function hold(child: GatewayProcess, isHeld: boolean): void {
  for (const each of [child, child.stdin as Socket, child.stdout as Socket]) {
    if (isHeld) each.ref();
    else each.unref();
  }
}
