#!/usr/bin/env node
// Runs on any Node that npx finds; inside the checkout it goes on with the runtime that Sampan brings.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const scripts = path.join(here, '..', '..', '..', 'scripts');
const checkout = path.join(scripts, 'cli.mjs');

if (!existsSync(path.join(here, '..', 'src')) || !existsSync(checkout)) {
  await import('../dist/main.js');
} else {
  const { ensureInstalledOnce, runtime } = await import(path.join(scripts, 'lib', 'setup.mjs'));
  ensureInstalledOnce();
  const node = runtime();
  if (node === process.execPath) {
    await import(checkout);
  } else {
    const child = spawn(node, ['--disable-warning=ExperimentalWarning', checkout, ...process.argv.slice(2)], {
      stdio: 'inherit',
    });
    // The terminal sends Ctrl-C to both; the child decides.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
      process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
    child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
  }
}
