import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { CHECKOUT } from './checkout.ts';

export const BIN = path.join(CHECKOUT, 'packages', 'cli', 'bin', 'sampan.mjs');

export interface Done {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The command line of a person with a home folder of their own. */
export class Cli {
  readonly #home: string;
  readonly #env: Record<string, string>;

  constructor(home: string, env: Record<string, string> = {}) {
    this.#home = home;
    this.#env = env;
  }

  run(args: readonly string[], options: { input?: string; env?: Record<string, string> } = {}): Promise<Done> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', BIN, ...args], {
        cwd: this.#home,
        env: { PATH: process.env.PATH ?? '', HOME: this.#home, ...this.#env, ...options.env },
      });
      const done: Done = { code: null, stdout: '', stderr: '' };
      child.stdout.on('data', (chunk) => {
        done.stdout += chunk;
      });
      child.stderr.on('data', (chunk) => {
        done.stderr += chunk;
      });
      child.on('close', (code) => resolve({ ...done, code }));
      child.stdin.end(options.input ?? '');
    });
  }

  /** What it printed; fails when it did not end well. */
  async good(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(args);
    assert.equal(code, 0, `${args.join(' ')}: ${stdout} ${stderr}`);
    return stdout;
  }
}
