import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { backUp } from '../backup.ts';
import { listNodes } from '../browse.ts';
import { createRepository } from '../repository.ts';
import { accessTo, localStorage, resticVersions, temporaryFolder } from '../testing.ts';
import { exclusion } from './exclusion.ts';
import { previewSources } from './preview.ts';

const TREE = [
  'a.txt',
  'b.tmp',
  'deep/er/c.tmp',
  'deep/er/d.txt',
  'deep/cache/e.txt',
  'cache/f.txt',
  'x[1].txt',
  'x1.txt',
  'star*.log',
  'starry.log',
  'deep/keep.tmp',
  '中文 目录/文件.txt',
  '.hidden/g',
  'node_modules/h/i.js',
  'deep/node_modules/j.js',
];

/** Several in one go where they do not meet: each is two commands of restic. */
const PATTERNS: readonly (readonly string[])[] = [
  [],
  ['*.tmp', '!keep.tmp', 'star\\*.log', 'x\\[1\\].txt'],
  ['cache', 'deep/**/c.tmp', 'x[1].txt', 'star?.log'],
  ['deep/cache', '**/node_modules', '[^a]*.txt'],
  ['.hidden', '中文*', 'SOURCE/*/er', 'er/d.txt', 'nothing/at/all'],
  ['SOURCE/deep', 'star*.log'],
];

for (const restic of (await resticVersions()).slice(-1)) {
  test(`a preview tells what restic ${restic.version} reads`, async (context) => {
    const { storage } = await localStorage(context);
    const access = await accessTo(context, restic, storage);
    const source = await temporaryFolder(context);
    for (const name of TREE) {
      mkdirSync(path.dirname(path.join(source, name)), { recursive: true });
      writeFileSync(path.join(source, name), name);
    }
    symlinkSync('a.txt', path.join(source, 'link'));
    await createRepository(access);
    for (const given of PATTERNS) {
      const excludes = given.map((pattern) => pattern.replace('SOURCE', source));
      const { snapshotId } = await backUp(access, { paths: [source], excludes, host: 'test' });
      const kept: string[] = [];
      let bytes = 0;
      await listNodes(access, snapshotId, (node) => {
        if (node.kind === 'folder') return;
        kept.push(node.path);
        bytes += node.kind === 'file' ? node.size : 0;
      });
      const preview = await previewSources({ paths: [source], excludes });
      const what = JSON.stringify(given);
      assert.equal(preview.files, kept.length, `${what}: ${kept.join(' ')} / ${preview.excluded.first.join(' ')}`);
      assert.equal(preview.bytes, bytes, what);
      const isOut = exclusion(excludes);
      for (const file of kept) assert.equal(isOut(file), false, `${what}: ${file}`);
    }
  });
}

test('what is too much is cut, and what is not there is told', async (context) => {
  const source = await temporaryFolder(context);
  for (let index = 0; index < 50; index += 1) writeFileSync(path.join(source, `${index}`), 'x'.repeat(index));
  const cut = await previewSources({ paths: [source], excludes: [], mostEntries: 10 });
  assert.equal(cut.isCut, true);
  const missing = path.join(source, 'not-there');
  const whole = await previewSources({ paths: [source, missing], excludes: [] });
  assert.deepEqual(whole.unreadable.first, [{ path: missing, reason: 'ENOENT' }]);
  assert.equal(whole.largestFiles[0]?.path, path.join(source, '49'));
  assert.equal(whole.bytes, (49 * 50) / 2);
});
