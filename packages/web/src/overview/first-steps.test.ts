import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstSteps } from './first-steps.ts';

const target = (kind: string) => ({ target: { kind, id: 'x', name: 'x' } });
const done = (steps: ReturnType<typeof firstSteps>) => steps?.filter((step) => step.done).map(({ step }) => step);

test('nothing is said before everything is known, so that nothing flashes', () => {
  assert.equal(firstSteps([], undefined, [], []), null);
});

test('each step is done when there is something to show for it', () => {
  assert.deepEqual(done(firstSteps([], [], [], [])), ['administrator']);
  assert.deepEqual(done(firstSteps([{ id: 'h' }], [target('host')], [], [])), ['administrator', 'host']);
  assert.deepEqual(done(firstSteps([{ id: 'h' }], [target('instance')], [{ id: 's' }], [{ id: 'k' }])), [
    'administrator',
    'host',
    'operate',
    'storage',
    'key',
  ]);
});
