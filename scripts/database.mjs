// npm run database -- export|import FILE: copies the database of the server to a file, or from one.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureInstalledOnce, ROOT, runtime, SERVER_FLAGS } from './lib/setup.mjs';

ensureInstalledOnce();
const command = path.join(ROOT, 'packages', 'server', 'src', 'database-copies', 'command.ts');
const done = spawnSync(runtime(), [...SERVER_FLAGS, command, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(done.status ?? 1);
