import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyGroups, recoveryKeyState } from './recovery-key.ts';
import { recoverySheetText } from './recovery-sheet.ts';

const KEY = `AGE-SECRET-KEY-1${'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'.repeat(2).slice(0, 58)}`;

test('a recovery key counts as kept only when somebody checked it', () => {
  assert.equal(recoveryKeyState(null), 'none');
  assert.equal(recoveryKeyState({ checkedAt: null }), 'unchecked');
  assert.equal(recoveryKeyState({ checkedAt: '2026-11-20T12:00:00.000Z' }), 'checked');
});

test('a key in groups is the whole key, and each group short enough to compare', () => {
  const groups = keyGroups(KEY);
  assert.equal(groups.join(''), KEY);
  assert.equal(groups[0], 'AGE-SECRET-KEY-1');
  assert.deepEqual(
    groups.slice(1).map(({ length }) => length),
    [6, 6, 6, 6, 6, 6, 6, 6, 6, 4],
  );
});

test('the sheet names what it is for, holds the key, and fits the width of a page', () => {
  const text = recoverySheetText({
    title: 'Sampan: recovery key',
    facts: [['Server', 'harbour']],
    recoveryKey: KEY,
    parts: [{ title: 'What it is', lines: ['It opens the secret key.'] }],
  });
  assert.match(text, /^Sampan: recovery key\n\nServer: harbour\n\n {4}AGE-SECRET-KEY-1\n {4}QPZRY9 X8GF2T/);
  assert.ok(text.replace(/\s/g, '').includes(KEY));
  assert.match(text, /\n\nWhat it is\n\nIt opens the secret key\.\n$/);
  assert.ok(text.split('\n').every(({ length }) => length <= 74));
});
