import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryClient } from '@tanstack/react-query';
import { queryKeys } from '../api/query-keys.ts';
import type { Instance, Operation, Page, Storage } from '../api/resources.ts';
import { applyChanges } from './apply-changes.ts';
import type { ChangeEvent } from './messages.ts';

const instance = (id: string, revision: number, state: string) =>
  ({ id, revision, state, operation: null }) as unknown as Instance;

const operation = (id: string, revision: number, state: string, more: Partial<Operation> = {}) =>
  ({
    id,
    revision,
    state,
    kind: 'instance.start',
    createdAt: `2026-11-20T12:00:0${revision}.000Z`,
    target: { kind: 'instance', id: 'i1', name: 'web-1' },
    ...more,
  }) as unknown as Operation;

let sequence = 0;
const change = (kind: ChangeEvent['kind'], data: { id: string } | null, action: ChangeEvent['action'] = 'changed') =>
  ({ sequence: ++sequence, time: '', kind, id: data?.id ?? null, action, data }) as ChangeEvent;

function clientWith(
  kind: 'instances' | 'operations' | 'storages',
  items: unknown[],
  parameters: object = { limit: 50 },
) {
  const client = new QueryClient();
  const key = queryKeys.list(kind, parameters);
  client.setQueryData(key, { items, nextCursor: null });
  return { client, items: <T>() => (client.getQueryData<Page<T>>(key) as Page<T>).items, key };
}

test('a changed instance replaces its row; the others stay the same objects', () => {
  const rows = [instance('i1', 1, 'stopped'), instance('i2', 1, 'running')];
  const { client, items } = clientWith('instances', rows);
  const outdated = applyChanges(client, [change('instance', instance('i1', 2, 'running'))]);
  assert.equal(items<Instance>()[0]?.state, 'running');
  assert.equal(items<Instance>()[1], rows[1]);
  assert.equal(outdated.size, 0);
});

test('an older version that arrives late changes nothing', () => {
  const { client, items } = clientWith('instances', [instance('i1', 5, 'running')]);
  applyChanges(client, [change('instance', instance('i1', 4, 'stopped'))]);
  assert.equal(items<Instance>()[0]?.state, 'running');
});

test('an operation marks the row of its instance and takes the mark away when it ends', () => {
  const { client, items } = clientWith('instances', [instance('i1', 1, 'stopped')]);
  applyChanges(client, [change('operation', operation('o1', 1, 'running'), 'created')]);
  assert.deepEqual(items<Instance>()[0]?.operation, { id: 'o1', kind: 'instance.start', state: 'running' });
  assert.equal(items<Instance>()[0]?.state, 'stopped', 'the state is the cloud’s until the cloud confirms another');
  applyChanges(client, [change('operation', operation('o1', 2, 'succeeded'))]);
  assert.equal(items<Instance>()[0]?.operation, null);
});

test('a new operation comes first in a first page that asks for it, and in no other', () => {
  const first = clientWith('operations', [operation('o1', 1, 'running')]);
  applyChanges(first.client, [change('operation', operation('o2', 2, 'queued'), 'created')]);
  assert.deepEqual(
    first.items<Operation>().map((item) => item.id),
    ['o2', 'o1'],
  );

  const failed = clientWith('operations', [], { limit: 50, state: ['failed'] });
  applyChanges(failed.client, [change('operation', operation('o3', 3, 'running'), 'created')]);
  assert.deepEqual(failed.items<Operation>(), []);

  const second = clientWith('operations', [operation('o1', 1, 'running')], { limit: 50, cursor: 'c' });
  applyChanges(second.client, [change('operation', operation('o4', 4, 'running'), 'created')]);
  assert.equal(second.items<Operation>().length, 1);
});

test('a first page never grows past its limit', () => {
  const { client, items } = clientWith('operations', [operation('o2', 2, 'running'), operation('o1', 1, 'running')], {
    limit: 2,
  });
  applyChanges(client, [change('operation', operation('o3', 3, 'queued'), 'created')]);
  assert.deepEqual(
    items<Operation>().map((item) => item.id),
    ['o3', 'o2'],
  );
});

test('what cannot be put in place is asked for again', () => {
  const client = new QueryClient();
  const outdated = applyChanges(client, [
    change('instance', null, 'many'),
    change('host', null, 'deleted'),
    change('access_key', { id: 'k1' }, 'created'),
  ]);
  assert.deepEqual([...outdated].sort(), ['access-keys', 'hosts', 'instances']);
});

test('what changed about Sampan itself is asked for again, for everybody and for administrators', () => {
  const system = change('system', { id: '0'.repeat(32) });
  assert.deepEqual([...applyChanges(new QueryClient(), [system])].sort(), ['secret-key', 'system']);
});

test('an event of a kind that this page does not know is passed over', () => {
  const unknown = { ...change('host', null), kind: 'moon' } as unknown as ChangeEvent;
  assert.equal(applyChanges(new QueryClient(), [unknown]).size, 0);
});

test('a storage that was checked or measured replaces its row, though nobody changed it; its usage is asked for again', () => {
  const row = { id: 's1', revision: 3, state: 'new' };
  const { client, items } = clientWith('storages', [row]);
  client.setQueryData(queryKeys.one('storages', 's1'), row);
  const checked = { id: 's1', revision: 3, state: 'ready' };
  const outdated = applyChanges(client, [change('storage', checked)]);
  assert.equal(items<Storage>()[0]?.state, 'ready');
  assert.equal(client.getQueryData<Storage>(queryKeys.one('storages', 's1'))?.state, 'ready');
  assert.deepEqual([...outdated], ['storage-usage']);
});

test('lists of objects are asked for again when an operation on objects has ended, and not before', () => {
  const client = new QueryClient();
  const event = (state: string) => change('operation', operation('o1', 1, state, { kind: 'object.delete' }));
  assert.deepEqual([...applyChanges(client, [event('running')])], []);
  assert.deepEqual([...applyChanges(client, [event('failed')])], ['objects']);
});

test('an event does not make the list look freshly asked for', () => {
  const { client, key } = clientWith('instances', [instance('i1', 1, 'stopped')]);
  client.setQueryData(key, { items: [instance('i1', 1, 'stopped')], nextCursor: null }, { updatedAt: 1000 });
  applyChanges(client, [change('instance', instance('i1', 2, 'running'))]);
  assert.equal(client.getQueryState(key)?.dataUpdatedAt, 1000);
});
