import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canDo, canForce, divide, INSTANCE_ACTIONS, supports } from './instance-actions.ts';

const ALL = ['instance.start', 'instance.stop', 'instance.stop.force', 'instance.restart'];
const instance = (state: string, more: object = {}) => ({
  state,
  capabilities: ALL,
  operation: null,
  vanishedAt: null,
  lockReason: null,
  ...more,
});
const offered = (given: ReturnType<typeof instance>) => INSTANCE_ACTIONS.filter((action) => canDo(given, action));

test('what is offered follows the state', () => {
  assert.deepEqual(offered(instance('running')), ['stop', 'restart']);
  assert.deepEqual(offered(instance('stopped')), ['start']);
  for (const between of ['starting', 'stopping', 'restarting', 'pending', 'releasing', 'failed', 'unknown']) {
    assert.deepEqual(offered(instance(between)), [], between);
  }
});

test('nothing is offered that the host cannot do', () => {
  assert.deepEqual(offered(instance('running', { capabilities: ['instance.stop'] })), ['stop']);
  assert.equal(supports({ capabilities: [] }, 'start'), false);
});

test('nothing is offered while an operation works on it, nor when it is gone or locked', () => {
  assert.deepEqual(
    offered(instance('running', { operation: { id: 'o', kind: 'instance.stop', state: 'running' } })),
    [],
  );
  assert.deepEqual(offered(instance('running', { vanishedAt: '2026-11-20T12:00:00.000Z' })), []);
  assert.deepEqual(offered(instance('stopped', { lockReason: 'unpaid' })), []);
});

test('force is for stopping and restarting, where the host can', () => {
  assert.equal(canForce({ capabilities: ALL }, 'stop'), true);
  assert.equal(canForce({ capabilities: ALL }, 'restart'), true);
  assert.equal(canForce({ capabilities: ALL }, 'start'), false);
  assert.equal(canForce({ capabilities: ['instance.stop'] }, 'stop'), false);
});

test('a selection is divided into those that can and those that cannot', () => {
  const { able, unable } = divide([instance('running'), instance('stopped')], 'stop');
  assert.deepEqual([able.length, unable.length], [1, 1]);
});
