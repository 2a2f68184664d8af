import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parentPath, pathCrumbs } from '../plans/paths.ts';
import { backupContentUrl } from './backup-api.ts';
import { readBackupSearch } from './backup-search.ts';
import { markPositions } from './mark-positions.ts';
import { modeText } from './mode-text.ts';

test('backups stand on the line of time as far apart as they are', () => {
  assert.deepEqual(
    markPositions(['2026-11-05T00:00:00Z', '2026-11-02T00:00:00Z', '2026-11-01T00:00:00Z']),
    [1, 0.25, 0],
  );
  assert.deepEqual(markPositions(['2026-11-05T00:00:00Z']), [1]);
});

test('a path is told folder by folder, and leads up', () => {
  assert.deepEqual(
    pathCrumbs('/srv/图片').map(({ path }) => path),
    ['/', '/srv', '/srv/图片'],
  );
  assert.equal(parentPath('/srv/图片'), '/srv');
  assert.equal(parentPath('/srv'), '/');
  assert.equal(parentPath('/'), '/');
});

test('names with every character are asked for whole', () => {
  assert.equal(
    backupContentUrl('b1', '/srv/a b&c+#.txt'),
    '/api/v1/backups/b1/content?path=%2Fsrv%2Fa+b%26c%2B%23.txt',
  );
  assert.match(backupContentUrl('b1', '/srv', 'zip'), /archive=zip$/);
});

test('rights are written as ls does', () => {
  assert.equal(modeText(0o100644), 'rw-r--r--');
  assert.equal(modeText(0o755), 'rwxr-xr-x');
});

test('the address says what is shown, and nothing that does not fit', () => {
  assert.deepEqual(readBackupSearch({ path: '/', find: 'x', scope: 'plan', page: '3' }), { find: 'x', scope: 'plan' });
  assert.deepEqual(readBackupSearch({ path: '/srv', scope: 'moon' }), { path: '/srv' });
});
