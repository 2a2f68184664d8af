import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepText } from './step-finding.ts';

test('what a step says is told apart, with what is in it', () => {
  assert.deepEqual(stepText('backup', 'the storage fails and is tried again: No answer.'), {
    text: 'storageFails',
    values: { reason: 'No answer.' },
  });
  const lock = 'waits for the exclusive lock of process 12 on web-1, since 2026-11-21T10:00:00.000Z';
  assert.deepEqual(stepText('retention', lock), { text: 'lockHeld', values: { pid: '12', host: 'web-1' } });
  assert.deepEqual(stepText('prepare', 'Web hook (before)'), { text: 'webHook', values: { moment: 'before' } });
  assert.deepEqual(stepText('finish', 'Command /opt/a (b).sh (after)'), {
    text: 'command',
    values: { command: '/opt/a (b).sh', moment: 'after' },
  });
  assert.deepEqual(stepText('index', '2/3: 400'), { text: 'listing', values: { done: '2', all: '3', number: '400' } });
});

test('a number alone is named by its step, where that says what it counts', () => {
  assert.deepEqual(stepText('index', '1200'), { text: 'files', values: { number: '1200' } });
  assert.equal(stepText('regions', '3'), null);
  assert.equal(stepText('wait', 'starting'), null);
});
