import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ROOT } from './setup.mjs';

const CHECKS = [
  { name: 'types', command: ['tsc', '--noEmit', '-p', '.'] },
  { name: 'types of the console', command: ['tsc', '--noEmit', '-p', 'packages/web'] },
  { name: 'lint and format', command: ['biome', 'check', '--error-on-warnings', '.'] },
];

/** Runs every static check, also after one has failed, so that a person sees all of it at once. */
export function check() {
  return CHECKS.map(({ name, command: [program, ...args] }) => {
    const done = spawnSync(path.join(ROOT, 'node_modules', '.bin', program), args, {
      cwd: ROOT,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    process.stdout.write(`${done.status === 0 ? '✔' : '✖'} ${name}\n`);
    return { name, passed: done.status === 0 };
  });
}
