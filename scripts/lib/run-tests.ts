import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { startPostgres } from './postgres.ts';

/** Tests are files beside the code, and a person's journeys in e2e/. */
const DEFAULT_PATTERNS = ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'e2e/**/*.test.ts'];
const FILE_TIMEOUT_MS = 600_000;

const patterns = process.argv.slice(2);
const [passedChecks = 0, failedChecks = 0] = (process.env.SAMPAN_CHECKS ?? '0,0').split(',').map(Number);
const postgres = await startPostgres();
process.env.SAMPAN_TEST_POSTGRES = postgres.url;
// Each file is a process of its own: none has to strip and compile again what another did.
process.env.NODE_COMPILE_CACHE = path.resolve(import.meta.dirname, '../../.cache/compile');

let passed = passedChecks;
let failed = failedChecks;
let skipped = 0;
const stream = run({
  globPatterns: patterns.length > 0 ? patterns : DEFAULT_PATTERNS,
  // Two cores have time for four: tests wait for others a third of it.
  concurrency: 4,
  timeout: FILE_TIMEOUT_MS,
  execArgv: [
    '--disable-warning=ExperimentalWarning',
    ...['use-bundled-libraries', 'end-at-once'].map(
      (name) => `--import=${new URL(`./${name}.mjs`, import.meta.url).href}`,
    ),
  ],
});
stream.on('test:pass', (event) => {
  if (event.details.type === 'suite') return;
  if (event.skip !== undefined) skipped += 1;
  else passed += 1;
});
stream.on('test:fail', (event) => {
  if (event.details.type !== 'suite') failed += 1;
});
/** What tests tell about their failures stands at the end, where it is looked for. */
const told: string[] = [];
stream.on('test:diagnostic', ({ message }) => {
  if (message.includes(': the person saw ')) told.push(message);
});
stream.compose(spec()).pipe(process.stdout, { end: false });
await new Promise((resolve) => stream.on('end', resolve));
await postgres.stop();
// The reporter's own summary is written after the stream ended.
await new Promise((resolve) => setTimeout(resolve, 200));
for (const each of told) process.stdout.write(`${each}\n`);
if (passed === 0) failed += 1;
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exit(failed > 0 ? 1 : 0);
