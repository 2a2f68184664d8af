import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const FOLDER = path.join(ROOT, 'node_modules/.sampan-libraries');
const files = JSON.parse(readFileSync(path.join(FOLDER, 'index.json'), 'utf8')) as Record<string, string>;

/** In a process of its own: tests themselves are given the libraries as one file each. */
function evaluate(script: string): string {
  return execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: ROOT, encoding: 'utf8' });
}

for (const [specifier, file] of Object.entries(files)) {
  test(`${specifier} as one file offers what it does as many`, () => {
    const script = `
      const [one, many] = [await import(${JSON.stringify(path.join(FOLDER, file))}), await import('${specifier}')];
      process.stdout.write(JSON.stringify({ one: Object.keys(one), many: Object.keys(many), same: one === many }));`;
    const { one, many, same } = JSON.parse(evaluate(script)) as { one: string[]; many: string[]; same: boolean };
    // How Node shows what CommonJS exports as a whole.
    const isOffered = (name: string): boolean => name !== 'module.exports' && name !== '__esModule';
    assert.deepEqual(one.sort(), many.filter(isOffered).sort());
    assert.ok(one.length > 0);
    assert.equal(same, false);
  });
}

test('a process that uses them loads them instead of the libraries', () => {
  const script = `
    const { useBundledLibraries } = await import(${JSON.stringify(path.join(ROOT, 'packages/driver/src/bundled-libraries.ts'))});
    useBundledLibraries();
    const { Kysely } = await import('kysely');
    const { Migrator } = await import('kysely/migration');
    process.stdout.write(import.meta.resolve('kysely') + ' ' + typeof Kysely + typeof Migrator);`;
  assert.match(evaluate(script), /\.sampan-libraries\/kysely\.mjs functionfunction$/);
});
