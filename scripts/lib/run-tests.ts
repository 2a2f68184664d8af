import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { startPostgres } from './postgres.ts';

/** Tests are files beside the code, and a person's journeys in e2e/. */
const DEFAULT_PATTERNS = ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'e2e/**/*.test.ts'];
const FILE_TIMEOUT_MS = 600_000;
/** Of the files that took longest, whoever wants the whole to be faster begins there. */
const MOST_SHOWN = 25;
const ROOT = path.resolve(import.meta.dirname, '../..');

const patterns = process.argv.slice(2);
const [passedChecks = 0, failedChecks = 0] = (process.env.SAMPAN_CHECKS ?? '0,0').split(',').map(Number);
const postgres = await startPostgres();
process.env.SAMPAN_TEST_POSTGRES = postgres.url;
// Each file is a process of its own: none has to strip and compile again what another did.
process.env.NODE_COMPILE_CACHE = path.join(ROOT, '.cache/compile');

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
/** When the tests that a file defines began and ended, milliseconds; some are defined by what several files share. */
const spans = new Map<string, { from: number; to: number }>();
const spend = ({ file }: { file?: string | undefined }): void => {
  if (file === undefined) return;
  const now = performance.now();
  const span = spans.get(file);
  if (span) span.to = now;
  else spans.set(file, { from: now, to: now });
};
stream.on('test:dequeue', spend);
stream.on('test:complete', spend);
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
const longest = [...spans].sort(([, a], [, b]) => b.to - b.from - (a.to - a.from)).slice(0, MOST_SHOWN);
for (const [file, { from, to }] of longest)
  process.stdout.write(`${((to - from) / 1000).toFixed(1).padStart(6)} s ${path.relative(ROOT, file)}\n`);
for (const each of told) process.stdout.write(`${each}\n`);
if (passed === 0) failed += 1;
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exit(failed > 0 ? 1 : 0);
