// As main.ts begins, and without its libraries in one file each a server would take twice as long to start.
import { useBundledLibraries } from '@sampan/driver/bundled-libraries';

useBundledLibraries();
await import('./crashing-server.ts');
