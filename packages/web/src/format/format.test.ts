import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileReasons } from '../i18n/en/backups.ts';
import { formatAge } from './age.ts';
import { formatBytes, formatRate } from './bytes.ts';
import { formatClock, formatDateTime } from './date.ts';
import { formatDuration } from './duration.ts';
import { fileReason } from './file-reason.ts';

test('bytes are shown in binary units with at most one decimal', () => {
  assert.equal(formatBytes(0, 'en'), '0 B');
  assert.equal(formatBytes(1023, 'en'), '1,023 B');
  assert.equal(formatBytes(1536, 'en'), '1.5 KiB');
  assert.equal(formatBytes(8 * 1024 ** 3, 'zh-CN'), '8 GiB');
  assert.equal(formatRate(12.3 * 1024 ** 2, 'en'), '12.3 MiB/s');
});

test('a size just below the next unit is not shown as 1,024 of the smaller one', () => {
  assert.equal(formatBytes(1024 * 1024 - 1, 'en'), '1 MiB');
});

test('a duration shows the units that matter', () => {
  assert.equal(formatDuration(340, 'en'), '340 ms');
  assert.equal(formatDuration(4234, 'en'), '4.2 sec');
  assert.equal(formatDuration(200_000, 'en'), '3 min 20 sec');
  assert.equal(formatDuration(3_600_000, 'en'), '1 hr');
  assert.equal(formatDuration(90_000_000, 'zh-CN'), '1天 1小时');
});

test('a duration is never shown as 60 of a unit', () => {
  assert.equal(formatDuration(59_700, 'en'), '1 min');
  assert.equal(formatDuration(-5, 'en'), '0 ms');
});

test('an age names how long ago, in the language', () => {
  const now = Date.parse('2026-11-20T12:00:00.000Z');
  assert.equal(formatAge('2026-11-20T11:59:48.000Z', now, 'en'), '12 sec. ago');
  assert.equal(formatAge('2026-11-20T11:59:48.000Z', now, 'zh-CN'), '12秒前');
  assert.equal(formatAge('2026-11-20T09:00:00.000Z', now, 'en'), '3 hr. ago');
  assert.equal(formatAge('2026-11-23T12:00:00.000Z', now, 'en'), 'in 3 days');
});

test('a server clock that is slightly ahead is not the future', () => {
  const now = Date.parse('2026-11-20T12:00:00.000Z');
  assert.equal(formatAge('2026-11-20T12:00:03.000Z', now, 'en'), 'now');
});

test('dates are shown in the time zone of the person', () => {
  const moment = '2026-11-20T22:30:00.000Z';
  assert.match(formatDateTime(moment, 'en', 'Asia/Shanghai'), /Nov 21, 2026.*06:30/);
  assert.equal(formatClock(moment, 'en', 'UTC'), '22:30:00');
});

test('why a file could not be read is told by a word of ours, whoever wrote it', () => {
  const told = [
    'open /srv/a: permission denied',
    'the source cannot be read (EACCES)',
    'EPERM',
    'lstat /srv/b: no such file or directory',
    'the source does not exist',
    'read /mnt/c: input/output error',
    'write /d: no space left on device',
  ];
  const words = [
    'permissionDenied',
    'permissionDenied',
    'notPermitted',
    'gone',
    'sourceMissing',
    'inputOutput',
    'noSpace',
  ];
  assert.deepEqual(told.map(fileReason), words);
  assert.equal(fileReason('circular reference detected'), null);
  for (const word of words) assert.ok(word in fileReasons);
});
