import { enableCompileCache } from 'node:module';

// A gateway is started for each command of restic: what was compiled once need not be again.
enableCompileCache();
await import('./serve.ts');
