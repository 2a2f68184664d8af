import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OptionField } from '@sampan/driver';
import { compareVersions } from './compare-versions.ts';

const label = { en: 'x', zh: 'x' };
const FIELDS: OptionField[] = [
  { name: 'region', kind: 'text', label },
  { name: 'networkId', kind: 'text', label },
  { name: 'secret', kind: 'secret', label },
];

test('only what differs is shown, and a secret never', () => {
  const current = { name: 'a', options: { region: 'cn-north-1', networkId: 'vpc-1' } };
  const differences = compareVersions(FIELDS, current, 'b', {
    region: 'cn-north-1',
    networkId: null,
    secret: 'hunter2',
  });
  assert.deepEqual(
    differences.map(({ name, theirs, yours }) => ({ name, theirs, yours })),
    [
      { name: 'name', theirs: 'a', yours: 'b' },
      { name: 'networkId', theirs: 'vpc-1', yours: '–' },
      { name: 'secret', theirs: null, yours: null },
    ],
  );
});

test('two equal versions do not differ', () => {
  assert.deepEqual(compareVersions(FIELDS, { name: 'a', options: { region: 'x' } }, 'a', { region: 'x' }), []);
});

test('the same size in two spellings is no difference', () => {
  const fields: OptionField[] = [{ name: 'chunkSize', kind: 'bytes', label }];
  const compare = (typed: string) =>
    compareVersions(fields, { name: 'a', options: { chunkSize: 67108864 } }, 'a', { chunkSize: typed });
  assert.deepEqual(compare('64Mi'), []);
  assert.deepEqual(
    compare('8Mi').map(({ theirs, yours }) => [theirs, yours]),
    [['64Mi', '8Mi']],
  );
});
