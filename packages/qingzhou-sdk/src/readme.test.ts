import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('the example of the README runs and prints what it says', () => {
  const root = new URL('../', import.meta.url);
  const blocks = [...readFileSync(new URL('README.md', root), 'utf8').matchAll(/```(?:ts|text)\n([\s\S]*?)```/g)];
  const [code, printed] = blocks.map((block) => block[1]);
  assert.ok(code && printed);
  const run = spawnSync(process.execPath, ['--input-type=module-typescript', '-'], {
    input: code,
    cwd: fileURLToPath(root),
    encoding: 'utf8',
    timeout: 90_000,
  });
  assert.equal(run.stdout, printed, run.stderr);
});
