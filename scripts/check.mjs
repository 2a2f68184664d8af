// npm run check: types and lint, without tests.
import { check } from './lib/check.mjs';
import { ensureInstalled } from './lib/setup.mjs';

ensureInstalled();
process.exit(check().every((result) => result.passed) ? 0 : 1);
