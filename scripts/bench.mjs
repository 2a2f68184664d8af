// npm run bench [-- NAME …]: measures side by side and prints a table of ratios. One file in bench/ per question.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureConsole, ensureInstalled, ROOT, runtime } from './lib/setup.mjs';

ensureInstalled();
ensureConsole();
const runner = path.join(ROOT, 'bench', 'lib', 'run.ts');
const child = spawn(runtime(), ['--disable-warning=ExperimentalWarning', runner, ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
