import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signQingStorHeaders } from '@sampan/accesskey';
import { send, testKey, testServer } from './testing.ts';

const DAY_MS = 24 * 3600 * 1000;

test('lifecycle rules delete, abort and change the class of what is old enough, under their prefix', async (context) => {
  let days = 0;
  const now = () => Date.now() + days * DAY_MS;
  const server = await testServer(context, { now });
  const call = (method: string, target: string, body = '') =>
    send(server, { method, target, body, headers: signQingStorHeaders(testKey, { method, target }, now()) });
  await call('PUT', '/aging-bucket');
  const rule = [
    { id: 'a', status: 'enabled', filter: { prefix: 'logs/' }, expiration: { days: 10 } },
    {
      id: 'b',
      status: 'enabled',
      filter: { prefix: '' },
      abort_incomplete_multipart_upload: { days_after_initiation: 3 },
    },
    { id: 'c', status: 'enabled', filter: { prefix: 'cold/' }, transition: { days: 30, storage_class: 'STANDARD_IA' } },
    { id: 'd', status: 'disabled', filter: { prefix: '' }, expiration: { days: 1 } },
  ];
  assert.equal((await call('PUT', '/aging-bucket?lifecycle', JSON.stringify({ rule }))).status, 200);
  for (const key of ['logs/old', 'cold/old', 'other']) await call('PUT', `/aging-bucket/${key}`, 'x');
  await call('POST', '/aging-bucket/upload?uploads');
  const keys = async () =>
    (await call('GET', '/aging-bucket?limit=9'))
      .json<{ keys: { key: string; storage_class: string }[] }>()
      .keys.map((one) => `${one.key} ${one.storage_class}`);
  days = 9;
  await call('PUT', '/aging-bucket/logs/new', 'x');
  await server.applyLifecycle();
  assert.deepEqual(await keys(), ['cold/old STANDARD', 'logs/new STANDARD', 'logs/old STANDARD', 'other STANDARD']);
  assert.deepEqual((await call('GET', '/aging-bucket?uploads')).json().uploads, []);
  days = 11;
  await server.applyLifecycle();
  assert.deepEqual(await keys(), ['cold/old STANDARD', 'logs/new STANDARD', 'other STANDARD']);
  days = 31;
  await server.applyLifecycle();
  assert.deepEqual(await keys(), ['cold/old STANDARD_IA', 'other STANDARD']);
  const { storage_classes } = (await call('GET', '/aging-bucket?stats')).json<{ storage_classes: object }>();
  assert.deepEqual(Object.keys(storage_classes), ['STANDARD', 'STANDARD_IA']);
  const bad = { rule: [{ ...rule[2], transition: { days: 29, storage_class: 'STANDARD_IA' } }] };
  assert.equal((await call('PUT', '/aging-bucket?lifecycle', JSON.stringify(bad))).status, 400);
});
