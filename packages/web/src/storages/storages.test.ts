import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Storage, StorageDay, StorageUsage } from '../api/resources.ts';
import { objectCommands, storageCommands } from '../commands/storage-commands.ts';
import { formatMoney } from '../format/money.ts';
import { toldCapabilities } from './capability-words.ts';
import { deepTestReport, proposalOf } from './deep-test-lines.ts';
import { limitFields, limitsOf, limitValues } from './limit-fields.ts';
import { priceTexts, readPrices } from './prices.ts';
import { hasObjects, storagePlace } from './storage-place.ts';
import { readStorageSearch, readStoragesSearch } from './storages-search.ts';
import { stacked, usageCharts } from './usage-series.ts';

const words = { upload: 'u', download: 'd', requests: 'r', rateHelp: 'h', requestsHelp: 'h' };
const NO_LIMITS = { uploadBytesPerSecond: null, downloadBytesPerSecond: null, concurrency: null };

test('limits are typed as sizes and sent as numbers; blank is no limit', () => {
  const fields = limitFields(words);
  assert.deepEqual(limitsOf(fields, { 'limits.uploadBytesPerSecond': '10Mi', 'limits.concurrency': '8' }), {
    uploadBytesPerSecond: 10 * 1024 ** 2,
    downloadBytesPerSecond: null,
    concurrency: 8,
  });
  assert.deepEqual(limitsOf(fields, {}), NO_LIMITS);
  assert.deepEqual(limitValues({ ...NO_LIMITS, concurrency: 8 }), { 'limits.concurrency': 8 });
});

test('the commands of a form have its limits, and no secret', () => {
  const { cli, api } = storageCommands(
    { id: null, name: 'QingStor Backups', type: 'qingstor', options: { zone: 'sh1a', secretAccessKey: 'hunter2' } },
    [
      { name: 'zone', kind: 'text', label: { en: 'x', zh: 'x' } },
      { name: 'secretAccessKey', kind: 'secret', label: { en: 'x', zh: 'x' } },
    ],
    { ...NO_LIMITS, uploadBytesPerSecond: 10 * 1024 ** 2 },
    'http://127.0.0.1:7300',
  );
  assert.ok(!cli.includes('hunter2') && !api.includes('hunter2'));
  assert.match(cli, /export SAMPAN_STORAGE_SECRET_ACCESS_KEY=…/);
  assert.match(cli, /sampan storage add 'QingStor Backups' --type qingstor/);
  assert.match(cli, /--upload-limit 10Mi/);
  assert.match(api, /"limits":\{"uploadBytesPerSecond":10485760\}/);
});

test('a query is asked for and not signed', () => {
  const { api } = objectCommands({ id: 's1', name: 'x' }, 'a b/', 'http://127.0.0.1:7300');
  assert.match(api, /--uri \/api\/v1\/storages\/s1\/objects \|/);
  assert.match(api, /'http:\/\/127\.0\.0\.1:7300\/api\/v1\/storages\/s1\/objects\?prefix=a\+b%2F&delimiter=%2F'/);
});

test('where a storage keeps objects is told in one line', () => {
  const storage = (more: object) => ({ options: {}, bucket: null, capabilities: [], ...more }) as unknown as Storage;
  assert.equal(storagePlace(storage({ bucket: 'b', options: { prefix: 'sampan/' } })), 'b/sampan/');
  assert.equal(storagePlace(storage({ options: { folder: '/srv/backups' } })), '/srv/backups');
  assert.equal(storagePlace(storage({ options: { host: 'nas', folder: 'backups' } })), 'nas:backups');
  assert.equal(
    storagePlace(storage({ options: { endpoint: 'https://nas.example/dav/', folder: '/backups' } })),
    'https://nas.example/dav/backups',
  );
  assert.equal(storagePlace(storage({ capabilities: ['buckets'] })), null);
  assert.equal(hasObjects(storage({ capabilities: ['buckets'] })), false);
  assert.equal(hasObjects(storage({})), true);
});

test('the address says what is open, and nothing that does not fit', () => {
  assert.deepEqual(readStoragesSearch({ form: 'new', type: 'qingstor' }), { form: 'new', type: 'qingstor' });
  assert.deepEqual(readStoragesSearch({ form: 'abc', type: 'qingstor' }), { form: 'abc' });
  assert.deepEqual(readStorageSearch({ tab: 'objects', prefix: 'a/' }), { tab: 'objects', prefix: 'a/' });
  assert.deepEqual(readStorageSearch({ tab: 'nonsense', prefix: 'a/', form: 'x' }), {});
});

test('the findings of a deep test come together by number of requests at once', () => {
  const throughput = { kind: 'throughput', concurrency: 2, objectBytes: 1, objectsPerSecond: 1 } as const;
  const report = deepTestReport([
    { ...throughput, direction: 'upload', bytesPerSecond: 10 },
    { ...throughput, direction: 'download', bytesPerSecond: 20 },
  ]);
  assert.deepEqual(report.throughput, [{ concurrency: 2, upload: 10, download: 20 }]);
  assert.equal(report.result, null);
});

test('a proposal is made only where its fields are', () => {
  const result = { chunkSize: 4, uploadConcurrency: 2 };
  const fields = [{ name: 'chunkSize' }, { name: 'uploadConcurrency' }];
  assert.deepEqual(proposalOf(result, fields), result);
  assert.equal(proposalOf(result, []), null);
  assert.equal(proposalOf({ chunkSize: null, uploadConcurrency: null }, fields), null);
  assert.equal(proposalOf(null, fields), null);
});

test('stacked values stand upon each other, and nothing is nothing', () => {
  const series = (values: (number | null)[]) => ({ name: 'write' as const, total: 0, values });
  assert.deepEqual(stacked([series([1, null, 2]), series([3, 4, null])]), [
    [1, 0, 2],
    [4, 4, 2],
  ]);
});

test('costs have a chart only when there are prices', () => {
  const requests = { write: 1, read: 2, list: 3, delete: 4, failed: 0 };
  const day: StorageDay = {
    day: '2026-11-21',
    objects: 5,
    bytes: 6,
    requests,
    bytesSent: 7,
    bytesReceived: 8,
    cost: null,
  };
  const usage: StorageUsage = { items: [day], totals: day, prices: null };
  assert.deepEqual(
    usageCharts(usage).map(({ chart }) => chart),
    ['space', 'objects', 'requests', 'bytes'],
  );
  const prices = readPrices({ ...priceTexts(null), storagePerGibMonth: '0.13' }).prices;
  assert.equal(usageCharts({ ...usage, prices }).at(-1)?.chart, 'cost');
});

test('prices are read as they are typed; what is no amount is marked', () => {
  const typed = { ...priceTexts(null), currency: 'cny', storagePerGibMonth: '0,13', writePer10000: '' };
  const { prices, wrong } = readPrices(typed);
  assert.deepEqual(
    [prices.currency, prices.storagePerGibMonth, prices.writePer10000, wrong.size],
    ['CNY', 0.13, null, 0],
  );
  assert.deepEqual(
    [...readPrices({ ...typed, currency: 'yuan', readPer10000: 'x' }).wrong],
    ['readPer10000', 'currency'],
  );
  assert.equal(readPrices(priceTexts(null)).prices.currency, null, 'without any price there is no currency either');
});

test('small amounts of money are not rounded away', () => {
  assert.equal(formatMoney(0.0042, 'CNY', 'en'), 'CN¥0.0042');
  assert.equal(formatMoney(12.3, 'CNY', 'zh-CN'), '¥12.30');
  assert.equal(formatMoney(1, null, 'en'), '1.00');
});

test('of the abilities of a type those are told that a person has a use for', () => {
  assert.deepEqual(toldCapabilities(['listing.ordered', 'zones', 'multipart']), ['multipart', 'zones']);
});
