import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Log } from '../platform/log.ts';

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 5_000;
const RESTART_AFTER_MS = [500, 1_000, 2_000, 5_000, 15_000, 60_000];

export interface SimulatorSettings {
  type: 'qingzhou';
  port: number;
  accessKeyId: string;
  accessKeySecret: string;
  instances: number;
  statePath: string;
}

export type ProcessState = 'starting' | 'running' | 'stopped' | 'failed';

/**
 * A simulator as a child process that is started again when it ends. Its settings travel by environment, not by argument;
 * it ends by itself when this process is gone, since its standard input then closes.
 */
export class SimulatorProcess {
  state: ProcessState = 'stopped';
  error: string | null = null;
  readonly #settings: SimulatorSettings;
  readonly #log: Log;
  readonly #onChange: () => void;
  #child: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #failures = 0;
  #wanted = false;

  constructor(settings: SimulatorSettings, log: Log, onChange: () => void) {
    this.#settings = settings;
    this.#log = log;
    this.#onChange = onChange;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#settings.port}`;
  }

  /** Resolves once it answers. Rejects with the reason when it does not start. */
  start(): Promise<void> {
    this.#wanted = true;
    this.#set('starting', null);
    const main = fileURLToPath(import.meta.resolve('@sampan/simulators/process'));
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, SAMPAN_SIMULATOR: JSON.stringify(this.#settings) },
    });
    this.#child = child;
    return new Promise((resolve, reject) => {
      let lastWords = '';
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error('the simulator did not answer in time'));
      }, START_TIMEOUT_MS);
      createInterface({ input: child.stdout }).once('line', () => {
        clearTimeout(timer);
        this.#failures = 0;
        this.#set('running', null);
        resolve();
      });
      createInterface({ input: child.stderr }).on('line', (line) => {
        lastWords = line;
      });
      child.on('error', (error) => {
        lastWords = error.message;
      });
      child.on('close', (code) => {
        clearTimeout(timer);
        const why = lastWords || `it ended with code ${code}`;
        this.#ended(why);
        reject(new Error(why));
      });
    });
  }

  async stop(): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await closed;
    clearTimeout(timer);
  }

  #ended(why: string): void {
    if (!this.#wanted) {
      this.#set('stopped', null);
      return;
    }
    this.#set('failed', why);
    this.#log.warn({ port: this.#settings.port, why }, 'a simulated cloud ended; it is started again');
    const delay = RESTART_AFTER_MS[Math.min(this.#failures, RESTART_AFTER_MS.length - 1)];
    this.#failures += 1;
    this.#restart = setTimeout(() => void this.start().catch(() => undefined), delay);
    this.#restart.unref();
  }

  #set(state: ProcessState, error: string | null): void {
    this.state = state;
    this.error = error;
    this.#onChange();
  }
}
