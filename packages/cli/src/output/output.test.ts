import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { zonedDate } from '../zoned-date.ts';
import { age, bytes, duration } from './format.ts';
import { Output } from './output.ts';
import { printable, width } from './width.ts';

function capture(json: boolean): { output: Output; text: () => string } {
  let written = '';
  const stdout = new Writable({
    write: (chunk, _encoding, done) => {
      written += chunk;
      done();
    },
  });
  const stderr = new Writable({ write: (_chunk, _encoding, done) => done() });
  return { output: new Output(json, { stdout, stderr }), text: () => written };
}

test('columns stay straight with Chinese names', () => {
  const { output, text } = capture(false);
  output.table(
    [
      { name: '主机-1', state: 'running' },
      { name: 'web', state: 'stopped' },
    ],
    [
      ['NAME', (row) => row.name],
      ['STATE', (row) => row.state],
    ],
    '',
  );
  assert.equal(text(), 'NAME    STATE\n主机-1  running\nweb     stopped\n');
  assert.equal(width('主机'), 4);
});

test('with --json the rows are printed as they are', () => {
  const { output, text } = capture(true);
  output.table([{ name: 'a' }], [['NAME', (row) => row.name]], '');
  assert.deepEqual(JSON.parse(text()), [{ name: 'a' }]);
});

test('a name cannot steer the terminal', () => {
  assert.equal(printable('a\u001b[2Jb\n'), 'a\ufffd[2Jb\ufffd');
});

test('sizes, durations and ages read well', () => {
  assert.equal(bytes(128 * 1024 ** 3), '128 GiB');
  assert.equal(bytes(1536), '1.5 KiB');
  assert.deepEqual([12, 1500, 65_000, 600_000, 10_000_000, 1e9].map(duration), [
    '12 ms',
    '1.5 s',
    '65 s',
    '10 min',
    '3 h',
    '12 d',
  ]);
  assert.equal(age('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:00:30Z')), '30 s');
});

test('a date is written with the digits of its zone', () => {
  const instant = Date.parse('2021-08-06T09:58:34Z');
  assert.equal(zonedDate(instant, 'PRC'), 'Fri, 06 Aug 2021 17:58:34 PRC');
  assert.equal(zonedDate(instant, 'GMT'), 'Fri, 06 Aug 2021 09:58:34 GMT');
  assert.throws(() => zonedDate(instant, 'Nowhere/Land'), /is not a time zone/);
});
