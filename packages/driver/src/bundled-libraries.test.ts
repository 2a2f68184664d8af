import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const FOLDER = path.join(ROOT, 'node_modules/.sampan-libraries');
const files = JSON.parse(readFileSync(path.join(FOLDER, 'index.json'), 'utf8')) as Record<string, string>;

for (const [specifier, file] of Object.entries(files)) {
  test(`${specifier} as one file offers what it does as many`, async () => {
    const [one, many] = await Promise.all([import(path.join(FOLDER, file)), import(specifier)]);
    // How Node shows what CommonJS exports as a whole.
    const isOffered = (name: string): boolean => name !== 'module.exports' && name !== '__esModule';
    assert.deepEqual(Object.keys(one).sort(), Object.keys(many).filter(isOffered).sort());
    assert.notEqual(one, many);
  });
}

test('a process that uses them loads them instead of the libraries', () => {
  const script = `
    const { useBundledLibraries } = await import(${JSON.stringify(path.join(ROOT, 'packages/driver/src/bundled-libraries.ts'))});
    useBundledLibraries();
    const { Kysely } = await import('kysely');
    const { Migrator } = await import('kysely/migration');
    process.stdout.write(import.meta.resolve('kysely') + ' ' + typeof Kysely + typeof Migrator);`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  assert.match(output, /\.sampan-libraries\/kysely\.mjs functionfunction$/);
});
