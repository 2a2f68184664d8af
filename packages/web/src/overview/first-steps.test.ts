import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Beginnings, type FirstStep, firstSteps } from './first-steps.ts';

const NOTHING: Beginnings = {
  ...{ hosts: [], operations: [], storages: [], plans: [], keys: [] },
  secretKey: { recoveryKey: null },
};
const some = [{ id: 'x' }];
const target = (kind: string) => [{ target: { kind, id: 'x', name: 'x' } }];
const recoveryKey = { recipient: 'age1', createdAt: '', createdBy: 'admin', checkedAt: null };
const done = (more: Partial<Beginnings>) =>
  firstSteps({ ...NOTHING, ...more })
    ?.filter((step) => step.done)
    .map(({ step }) => step);

test('nothing is said before everything is known, so that nothing flashes', () => {
  for (const name of Object.keys(NOTHING)) assert.equal(firstSteps({ ...NOTHING, [name]: undefined }), null, name);
});

test('each step is done when there is something to show for it', () => {
  assert.deepEqual(done({}), ['administrator']);
  const shown: [FirstStep, Partial<Beginnings>][] = [
    ['host', { hosts: some }],
    ['operate', { operations: target('instance') }],
    ['storage', { storages: some }],
    ['backup', { plans: some }],
    ['recovery', { secretKey: { recoveryKey } }],
    ['key', { keys: some }],
  ];
  for (const [step, found] of shown) assert.deepEqual(done(found), ['administrator', step]);
  assert.deepEqual(done({ operations: target('host') }), ['administrator']);
  const all: Partial<Beginnings> = Object.assign({}, ...shown.map(([, found]) => found));
  assert.deepEqual(done(all), ['administrator', ...shown.map(([step]) => step)]);
});
