import { enableCompileCache } from 'node:module';
import path from 'node:path';
import { useBundledLibraries } from '@sampan/driver/bundled-libraries';
import { WANTED_NODE_MAJOR } from './version.ts';

// Before anything else is loaded: the sources are read, stripped of types and compiled once, not at every start.
enableCompileCache(path.resolve(import.meta.dirname, '../../../.cache/compile'));
useBundledLibraries();

if (Number(process.versions.node.split('.')[0]) < WANTED_NODE_MAJOR) {
  process.stderr.write(
    `Sampan does not start.\nIt needs Node ${WANTED_NODE_MAJOR} or newer, this is ${process.version}. Start it with npm start, which brings the right one.\n`,
  );
  process.exit(2);
}
await import('./start.ts');
