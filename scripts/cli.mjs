// The command in a checkout, whose sources are stripped of types and compiled once, not at every command. Not TypeScript itself:
// what comes before the cache would load all that strips types.
import { enableCompileCache } from 'node:module';
import path from 'node:path';

enableCompileCache(path.resolve(import.meta.dirname, '../.cache/compile'));
const { useBundledLibraries } = await import('../packages/driver/src/bundled-libraries.ts');
useBundledLibraries();
await import('../packages/cli/src/main.ts');
