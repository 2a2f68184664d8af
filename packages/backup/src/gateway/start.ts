import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { SampanError } from '@sampan/driver';
import type { ObservedRequest } from '@sampan/storage';
import { codeFolderIn } from './code-folder.ts';
import type { GatewayCounters } from './handler.ts';
import type { GatewayMessage, GatewayStorage } from './messages.ts';
import { type GatewayProcess, gatewayNotStarted, giveOrder, prepareProcess, takeProcess } from './process.ts';

export interface GatewayFailure {
  code: string;
  message: string;
  hint: string | null;
  request: string;
}

export interface Gateway {
  /** For `RESTIC_REPOSITORY`: a secret, since the password is in it. */
  readonly repository: string;
  readonly counters: GatewayCounters;
  /** What the storage answered with an error, the latest last; restic itself shows only a status. */
  readonly failures: readonly GatewayFailure[];
  readonly pid: number;
  /** Requests from now on use the storage as it is now. */
  update(storage: GatewayStorage): void;
  /** Which restic uses it; null when that has ended. */
  guard(pid: number | null): void;
  /** Aborts when the process ended by itself. */
  readonly lost: AbortSignal;
  /** Ends the process; a second call waits for the same end. */
  close(): Promise<void>;
}

export interface StartGateway {
  storage: GatewayStorage;
  appendOnly?: boolean;
  /** Requests as they went over the wire to the storage, for counting. */
  onRequests?: (requests: readonly ObservedRequest[]) => void;
  /** Where what was compiled once is kept, so that the next one starts sooner; where others can write it is not used. */
  cacheFolder?: string;
}

const START_TIMEOUT_MS = 20_000;
const MOST_FAILURES = 20;
/** By then a command has begun to work, and the next process takes no time from its start. */
const PREPARE_AFTER_MS = 500;

/** Says that a gateway will be wanted soon, so that its process is there by then. Changes nothing else. */
export async function prepareGateway(wish: Pick<StartGateway, 'storage' | 'cacheFolder'>): Promise<void> {
  prepareProcess(await codeFolderOf(wish), wish.storage.type);
}

async function codeFolderOf({ cacheFolder }: Pick<StartGateway, 'cacheFolder'>): Promise<string | null> {
  return cacheFolder === undefined ? null : codeFolderIn(cacheFolder);
}

/**
 * Starts a gateway between restic and a storage: a process of its own on loopback, with a path and a password of its own, for
 * one command of restic. It ends with this process, however that ends.
 */
export async function startGateway(wish: StartGateway): Promise<Gateway> {
  const [path, password] = [randomBytes(16).toString('hex'), randomBytes(24).toString('hex')];
  const user = 'sampan';
  const codeFolder = await codeFolderOf(wish);
  const child = takeProcess(codeFolder);
  const failures: GatewayFailure[] = [];
  let counters: GatewayCounters = {
    ...{ requests: 0, failed: 0, bytesStored: 0, bytesLoaded: 0, filesStored: 0, filesLoaded: 0, filesDeleted: 0 },
  };
  const lost = new AbortController();
  let isClosing = false;
  child.once('exit', () => isClosing || lost.abort());
  // Not `exit`: what it still had to say is read by then.
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const prepare = setTimeout(() => prepareProcess(codeFolder, wish.storage.type), PREPARE_AFTER_MS);
  prepare.unref();

  const port = new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as GatewayMessage;
      switch (message.kind) {
        case 'listening':
          return resolve(message.port);
        case 'refused': {
          const { code, message: text, hint } = message;
          return reject(new SampanError(code, text, hint === null ? {} : { hint }));
        }
        case 'counters':
          counters = message.counters;
          if (message.requests.length > 0) wish.onRequests?.(message.requests);
          return;
        case 'failure': {
          const { kind: _, ...failure } = message;
          failures.push(failure);
          if (failures.length > MOST_FAILURES) failures.shift();
        }
      }
    });
    child.once('exit', (code) => reject(new Error(`the gateway ended with ${code}`)));
  });
  giveOrder(child, {
    kind: 'begin',
    storage: wish.storage,
    path,
    user,
    password,
    appendOnly: wish.appendOnly ?? false,
  });
  const listening = await withLimit(port, child).catch((cause) => {
    child.kill('SIGKILL');
    throw cause instanceof SampanError ? cause : gatewayNotStarted(cause);
  });
  return {
    repository: `rest:http://${user}:${password}@127.0.0.1:${listening}/${path}/`,
    get counters() {
      return counters;
    },
    failures,
    pid: child.pid ?? 0,
    update: (storage) => giveOrder(child, { kind: 'storage', storage }),
    guard: (pid) => giveOrder(child, { kind: 'child', pid }),
    lost: lost.signal,
    async close() {
      isClosing = true;
      child.stdin.end();
      const limit = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(limit);
    },
  };
}

function withLimit<T>(work: Promise<T>, child: GatewayProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error('it took too long'));
    }, START_TIMEOUT_MS);
    work.then(resolve, reject).finally(() => clearTimeout(limit));
  });
}
