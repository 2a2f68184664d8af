import { enableCompileCache } from 'node:module';
import path from 'node:path';
import { useBundledLibraries } from '@sampan/driver/bundled-libraries';

// In a checkout, before anything else is loaded: sources are stripped of types and compiled once, not at every command.
if (import.meta.filename.endsWith('.ts')) {
  enableCompileCache(path.resolve(import.meta.dirname, '../../../.cache/compile'));
  useBundledLibraries();
}
await import('./run.ts');
