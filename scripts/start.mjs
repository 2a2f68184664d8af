// npm start: installs what is missing, builds the console when it changed, then runs the server on the right Node.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureConsole, ensureInstalled, ROOT, runtime, SERVER_FLAGS } from './lib/setup.mjs';

ensureInstalled();
ensureConsole();
const main = path.join(ROOT, 'packages', 'server', 'src', 'main.ts');
const server = spawn(runtime(), [...SERVER_FLAGS, main], {
  stdio: 'inherit',
  env: process.env,
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
