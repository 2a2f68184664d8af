import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const CHECKOUT = path.resolve(import.meta.dirname, '../..');
const STOP_TIMEOUT_MS = 20_000;

/** Sampan as a person starts it: `npm start` in a checkout, with folders of its own. */
export class Started {
  readonly folder: string;
  output = '';
  readonly #process: ChildProcess;
  readonly #ended: Promise<number | null>;

  constructor(checkout: string, environment: Record<string, string> = {}) {
    this.folder = mkdtempSync(path.join(tmpdir(), 'sampan-e2e-'));
    this.#process = spawn('npm', ['start', '--silent'], {
      cwd: checkout,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: npm does not pass signals on to what it runs.
      detached: true,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: this.folder,
        npm_config_cache: process.env.npm_config_cache ?? path.join(process.env.HOME ?? '/root', '.npm'),
        npm_config_userconfig: process.env.npm_config_userconfig ?? path.join(process.env.HOME ?? '/root', '.npmrc'),
        SAMPAN_PORT: '0',
        SAMPAN_DATA: path.join(this.folder, 'data'),
        ...environment,
      },
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk) => {
        this.output += chunk;
      });
    }
    this.#ended = new Promise((resolve) => this.#process.once('close', resolve));
  }

  async says(pattern: RegExp, timeoutMs: number): Promise<string> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = pattern.exec(this.output)?.[1];
      if (found !== undefined) return found;
      if (this.#process.exitCode !== null || Date.now() > deadline)
        throw new Error(`npm start did not say ${pattern}:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  url(timeoutMs = 90_000): Promise<string> {
    return this.says(/"url":"([^"]+)"/, timeoutMs);
  }

  /** Ctrl-C, as a terminal sends it: to the whole group. */
  async stop(): Promise<void> {
    const { pid } = this.#process;
    if (pid !== undefined && this.#process.exitCode === null) process.kill(-pid, 'SIGINT');
    const timer = setTimeout(() => pid !== undefined && process.kill(-pid, 'SIGKILL'), STOP_TIMEOUT_MS);
    await this.#ended;
    clearTimeout(timer);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
