// npm start: installs what is missing, builds the console when it changed, then runs the server on the right Node.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { broughtRestic } from './lib/restic.mjs';
import { ensureConsole, ensureInstalled, ROOT, runtime, SERVER_FLAGS } from './lib/setup.mjs';

ensureInstalled();
ensureConsole();
const main = path.join(ROOT, 'packages', 'server', 'src', 'main.ts');
const server = spawn(runtime(), [...SERVER_FLAGS, main], {
  stdio: 'inherit',
  env: process.env,
});
// Not waited for: only backups need it, and they find it when it is there.
const bringing = broughtRestic()
  ? null
  : spawn(process.execPath, [path.join(ROOT, 'scripts', 'bring-restic.mjs')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => {
  bringing?.kill();
  process.exit(code ?? (signal ? 1 : 0));
});
