// Loaded before a file of tests: libraries as the server has them when it is started, and in less time.
import { useBundledLibraries } from '../../packages/driver/src/bundled-libraries.ts';

useBundledLibraries();
