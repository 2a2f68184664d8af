// npm test [-- PATTERN …]: installs what is missing, then types, lint and all tests. Ends with `N passed, N failed`.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { check } from './lib/check.mjs';
import { ensurePrograms } from './lib/debian.mjs';
import { ensureRestic } from './lib/restic.mjs';
import { ensureConsole, ensureInstalled, fail, ROOT, runtime } from './lib/setup.mjs';

const patterns = process.argv.slice(2);
ensureInstalled();
ensurePrograms();
const restic = ensureRestic();
if (restic.missing) fail(`The tests need the restic of the next Debian release too: ${restic.missing}.`);
ensureConsole();
const results = patterns.length > 0 ? [] : check();
const failed = results.filter((result) => !result.passed).length;
const runner = spawn(
  runtime(),
  ['--disable-warning=ExperimentalWarning', path.join(ROOT, 'scripts', 'lib', 'run-tests.ts'), ...patterns],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, SAMPAN_CHECKS: `${results.length - failed},${failed}` } },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => runner.kill(signal));
runner.on('exit', (code) => process.exit(code ?? 1));
