import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type QingStorServer, startQingStorServer } from '@sampan/qingstor-server';
import { CHECKOUT, Started } from './lib/checkout.ts';
import { Cli } from './lib/cli.ts';

const PASSWORD = 'four random words here';
const KEY = { accessKeyId: 'QSCLISTORAGETEST0001', secretAccessKey: 'the-secret-of-the-storages-test-00000000' };

describe('storages of a server by the command line', () => {
  let sampan: Started;
  let store: QingStorServer;
  let url: string;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sampan-storages-cli-'));
    store = await startQingStorServer({ ...KEY, data: path.join(folder, 'store') });
    sampan = new Started(CHECKOUT, { SAMPAN_ADMIN_PASSWORD: PASSWORD });
    url = await sampan.url();
    const done = await run(['login', '--url', url, '--username', 'admin', '--password-stdin'], { input: PASSWORD });
    assert.equal(done.code, 0, done.stderr);
  });
  after(async () => {
    await sampan?.stop();
    await store?.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  const cli = (): Cli => new Cli(folder, { SAMPAN_STORAGE_SECRET_ACCESS_KEY: KEY.secretAccessKey });
  const run: Cli['run'] = (args, options) => cli().run(args, options);
  const good: Cli['good'] = (...args) => cli().good(...args);

  const connect = ['--type', 'qingstor', '--endpoint', '', '--access-key-id', KEY.accessKeyId];
  const add = (name: string, ...more: string[]) => {
    const options = [...connect];
    options[3] = store.url;
    return run(['storage', 'add', name, ...options, ...more]);
  };

  test('the guide, step by step: add without a bucket, create one, set it, test', async () => {
    const added = await add('QingStor Backups');
    assert.equal(added.code, 0, added.stderr);
    assert.match(added.stdout, /! bucket/);
    assert.ok(!added.stdout.includes(KEY.secretAccessKey));
    await good('bucket', 'create', 'QingStor Backups', 'my-bucket');
    assert.match(await good('bucket', 'list', 'QingStor Backups'), /my-bucket\s+pek3a/);
    assert.match(
      await good('bucket', 'policy', 'QingStor Backups', 'my-bucket', '--prefix', 'sampan/'),
      /"my-bucket\/sampan\/\*"/,
    );
    await good(
      'storage',
      'edit',
      'QingStor Backups',
      '--bucket',
      'my-bucket',
      '--prefix',
      'sampan',
      '--upload-limit',
      '50Mi',
    );
    assert.match(await good('storage', 'test', 'QingStor Backups'), /✔ multipart/);
    assert.match(await good('storage', 'show', 'QingStor Backups'), /upload 50 MiB\/s/);
    await good('storage', 'edit', 'QingStor Backups', '--name', 'backups');
  });

  test('the troubles of the guide are told with what to do, and exit with 1', async () => {
    const wrongSecret = await run(['storage', 'add', 'x', ...connect.with(3, store.url), '--bucket', 'my-bucket'], {
      env: { SAMPAN_STORAGE_SECRET_ACCESS_KEY: 'wrong' },
    });
    assert.equal(wrongSecret.code, 1);
    assert.match(
      wrongSecret.stdout,
      /✖ signature[\s\S]*remedy: Verify that Access Key ID and Secret Access Key are correct/,
    );
    const missing = await add('x', '--bucket', 'not-my-bucket');
    assert.match(missing.stdout, /✖ bucket[\s\S]*remedy: Confirm that the bucket exists in your selected zone/);
    const wrongEndpoint = await run(['storage', 'add', 'x', ...connect.with(3, 'http://127.0.0.1:1')]);
    assert.match(wrongEndpoint.stdout, /✖ connect[\s\S]*remedy: Check host and port/);
    assert.doesNotMatch(await good('storage', 'list'), /^x /m);
  });

  test('a folder goes through the server and comes back the same, and storages copy among each other', async () => {
    const [source, back] = [path.join(folder, 'source'), path.join(folder, 'back')];
    await mkdir(path.join(source, '中文 目录'), { recursive: true });
    await writeFile(path.join(source, '中文 目录', 'a[1]+%41.txt'), 'small');
    await writeFile(path.join(source, 'large'), Buffer.alloc(20_000_000, 'content that is signed only by its path'));
    assert.deepEqual(JSON.parse(await good('object', 'sync', source, 'backups:tree', '--json')).copied, 2);
    assert.deepEqual(JSON.parse(await good('object', 'sync', source, 'backups:tree', '--json')).same, 2);
    await good('object', 'sync', 'backups:tree', back);
    assert.deepEqual(await readFile(path.join(back, 'large')), await readFile(path.join(source, 'large')));
    const disk = path.join(folder, 'disk');
    await mkdir(disk);
    await good('storage', 'add', 'disk', '--type', 'local', '--folder', disk);
    await good('object', 'cp', 'backups:tree/large', 'disk:copies/');
    assert.deepEqual(await readFile(path.join(disk, 'copies', 'large')), await readFile(path.join(source, 'large')));
    const missing = await run(['object', 'cp', 'backups:tree/none', 'disk:copies/']);
    assert.deepEqual([missing.code, /There is no object/.test(missing.stderr)], [1, true]);
    await good('object', 'rm', '--recursive', '--yes', 'backups:tree');
    assert.match((await run(['object', 'ls', 'backups:'])).stderr, /nothing here/);
  });

  test('costs by day from one’s own prices, and a measurement', async () => {
    await good(
      'storage',
      'prices',
      'backups',
      '--currency',
      'CNY',
      '--write-per-10000',
      '1',
      '--storage-per-gib-month',
      '0.12',
    );
    await good('storage', 'measure', 'backups');
    assert.match(await good('storage', 'usage', 'backups'), /\d{4}-\d\d-\d\d .* CNY/);
    await good('storage', 'remove', 'disk', '--yes');
    const asked = await run(['storage', 'remove', 'backups']);
    assert.equal(asked.code, 2);
  });
});
