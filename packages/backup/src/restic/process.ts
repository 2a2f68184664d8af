import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { SampanError } from '@sampan/driver';
import type { Restic } from './version.ts';

/** One object that restic printed as JSON on a line of its own. */
export type ResticMessage = Readonly<Record<string, unknown>>;

export interface ResticCall {
  /** Command and options; never a secret. */
  args: readonly string[];
  /** Where the repository is, a secret as it holds the gateway's password. */
  repository: string;
  /** Of the repository. */
  password: string;
  /** Further secrets and settings for the environment. */
  environment?: Readonly<Record<string, string>>;
  cacheFolder: string;
  signal?: AbortSignal | undefined;
  /** While what it returns is pending, no more is read: restic waits then. */
  onMessage?: (message: ResticMessage) => void | Promise<void>;
  /** What is no JSON on standard output. */
  onLine?: (line: string) => void;
  /** Takes standard output as it is, instead of `onMessage` and `onLine`; restic waits while it is not read. */
  onOutput?: (output: Readable) => void;
  /** What restic says beside its results. */
  onError?: (line: string) => void;
  /** Lower priority of CPU, 0 to 19. */
  nice?: number | undefined;
  /** Processors that it may use. */
  processors?: number | undefined;
  /** Written to its standard input: a new password is read from there. */
  input?: string;
  /** Called with what stops and continues the process. */
  onStart?: (process: ResticProcess) => void;
}

export interface ResticProcess {
  pid: number;
  pause(): void;
  resume(): void;
}

export interface ResticEnd {
  exitCode: number;
  /** What killed it; null or absent when it ended by itself. */
  signal?: NodeJS.Signals | null;
  /** The last lines of standard error, without secrets. */
  errorText: string;
  /** Whether one of them matches, secrets not yet taken out: a password may be an ordinary word. */
  says: (pattern: RegExp) => boolean;
}

const LAST_LINES = 40;
/** How long restic may take to take its lock away after it was asked to end. */
const END_LIMIT_MS = 15_000;

/** Texts of restic as they may be shown: addresses of gateways hold a password. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const known = secrets.reduce((left, secret) => (secret === '' ? left : left.replaceAll(secret, '…')), text);
  return known.replaceAll(/\brest:https?:\/\/[^\s"']+/g, 'rest:…').replaceAll(/https?:\/\/[^\s/@"']+@[^\s"')]+/g, '…');
}

/**
 * Runs one command of restic. Secrets are in its environment only, which no other user can read. When the signal aborts it
 * is interrupted, so that it takes its lock away, and killed if it does not end.
 *
 * @throws `cancelled`; `restic_missing`. Another end is told by its exit code.
 */
export function runRestic(restic: Restic, call: ResticCall): Promise<ResticEnd> {
  const { args, repository, password, cacheFolder, signal, input } = call;
  if (signal?.aborted) return Promise.reject(new SampanError('cancelled', 'It was cancelled.'));
  const [command, commandArgs] =
    call.nice === undefined ? [restic.file, args] : ['nice', ['-n', String(call.nice), restic.file, ...args]];
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArgs, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '/',
        TMPDIR: process.env.TMPDIR ?? '/tmp',
        ...call.environment,
        RESTIC_REPOSITORY: repository,
        RESTIC_PASSWORD: password,
        RESTIC_CACHE_DIR: cacheFolder,
        RESTIC_PROGRESS_FPS: '2',
        ...(call.processors !== undefined && { GOMAXPROCS: String(call.processors) }),
      },
    });
    const secrets = [repository, password, input?.trim() ?? '', ...Object.values(call.environment ?? {})];
    const last: string[] = [];
    const lastRaw: string[] = [];
    let isPaused = false;
    let limit: NodeJS.Timeout | undefined;

    const resume = (): void => {
      if (isPaused) child.kill('SIGCONT');
      isPaused = false;
    };
    const abort = (): void => {
      // Stopped processes do not hear.
      resume();
      child.kill('SIGINT');
      limit = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS);
    };
    signal?.addEventListener('abort', abort, { once: true });
    if (child.stdin) {
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
    }
    if (child.stdout && call.onOutput) call.onOutput(child.stdout);
    else if (child.stdout) {
      const lines = createInterface({ input: child.stdout });
      let isOver = false;
      lines.once('close', () => {
        isOver = true;
      });
      lines.on('line', (line) => {
        const message = parse(line);
        if (message) {
          const busy = call.onMessage?.(message);
          if (!busy) return;
          lines.pause();
          const resume = (): void => {
            if (!isOver) lines.resume();
          };
          busy.then(resume, resume);
        } else if (line.trim() !== '') call.onLine?.(withoutSecrets(line, secrets));
      });
    }
    if (child.stderr) {
      createInterface({ input: child.stderr }).on('line', (raw) => {
        const line = withoutSecrets(raw, secrets);
        last.push(line);
        lastRaw.push(raw);
        if (last.length > LAST_LINES) {
          last.shift();
          lastRaw.shift();
        }
        call.onError?.(line);
      });
    }
    child.once('error', (cause) => {
      signal?.removeEventListener('abort', abort);
      reject(new SampanError('restic_missing', `restic could not be started at ${restic.file}.`, { cause }));
    });
    child.once('close', (code, killedBy) => {
      signal?.removeEventListener('abort', abort);
      clearTimeout(limit);
      if (signal?.aborted) reject(new SampanError('cancelled', 'It was cancelled.'));
      else
        resolve({
          exitCode: code ?? 128,
          signal: killedBy,
          errorText: [...last, ...(killedBy ? [`killed by ${killedBy}`] : [])].join('\n'),
          says: (pattern) => lastRaw.some((line) => pattern.test(line)),
        });
    });
    call.onStart?.({
      pid: child.pid ?? 0,
      pause() {
        isPaused = child.kill('SIGSTOP');
      },
      resume,
    });
  });
}

function parse(line: string): ResticMessage | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line) as ResticMessage;
  } catch {
    return null;
  }
}
