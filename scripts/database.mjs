// npm run database -- export|import FILE: copies the database of the server to a file, or from one.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureInstalledOnce, ROOT, runtime, SERVER_FLAGS } from './lib/setup.mjs';

ensureInstalledOnce();
const command = path.join(ROOT, 'packages', 'server', 'src', 'database-copies', 'command.ts');
const child = spawn(runtime(), [...SERVER_FLAGS, command, ...process.argv.slice(2)], { stdio: 'inherit' });
// Who types Ctrl-C sends it to both; it is ended once.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
process.on('SIGINT', () => undefined);
child.on('exit', (code) => process.exit(code ?? 1));
