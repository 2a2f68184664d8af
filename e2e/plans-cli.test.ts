import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { createQingStorClient } from '@sampan/qingstor-sdk';
import { type QingStorServer, startQingStorServer } from '@sampan/qingstor-server';
import { CHECKOUT, Started } from './lib/checkout.ts';
import { Cli } from './lib/cli.ts';

const PASSWORD = 'four random words here';
const KEY = { accessKeyId: 'QSPLANCLITESTKEY0001', secretAccessKey: 'the-secret-of-the-plan-cli-test-00000000' };

describe('the guide “first backup to QingStor” by the command line', () => {
  let sampan: Started;
  let store: QingStorServer;
  let cli: Cli;
  let folder: string;
  let source: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sampan-plans-cli-'));
    source = path.join(folder, 'website');
    await mkdir(path.join(source, '图片'), { recursive: true });
    await writeFile(path.join(source, '图片', 'a[1].txt'), 'first');
    await writeFile(path.join(source, 'index.html'), '<p>one</p>');
    await writeFile(path.join(source, 'junk.tmp'), 'junk');
    store = await startQingStorServer({ ...KEY, data: path.join(folder, 'store') });
    const client = createQingStorClient({ ...KEY, endpoint: store.url });
    await client.bucket('backups').create();
    await client.close();
    sampan = new Started(CHECKOUT, { SAMPAN_ADMIN_PASSWORD: PASSWORD, SAMPAN_BACKUP_ROOTS: folder });
    cli = new Cli(folder, { SAMPAN_STORAGE_SECRET_ACCESS_KEY: KEY.secretAccessKey });
    const url = await sampan.url();
    const done = await cli.run(['login', '--url', url, '--username', 'admin', '--password-stdin'], { input: PASSWORD });
    assert.equal(done.code, 0, done.stderr);
    await cli.good(
      ...['storage', 'add', 'qingstor', '--type', 'qingstor', '--endpoint', store.url],
      ...['--access-key-id', KEY.accessKeyId, '--bucket', 'backups'],
    );
  });
  after(async () => {
    await sampan?.stop();
    await store?.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  test('a plan is made, runs, and is fresh', async () => {
    await cli.good(
      ...['plan', 'create', 'Website', '--storage', 'qingstor', '--path', source, '--exclude', '*.tmp'],
      ...['--at', '02:30', '--time-zone', 'Asia/Shanghai', '--keep-daily', '7', '--keep-last', '3'],
    );
    const ran = await cli.run(['plan', 'run', 'Website']);
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(ran.stderr, /2 files/);
    assert.match(await cli.good('plan', 'list'), /Website\s+green/);
    assert.match(await cli.good('run', 'list', '--plan', 'Website'), /succeeded\s+manual/);
  });

  test('its files are listed, found and fetched; two backups are compared', async () => {
    const files = await cli.good('backup', 'files', 'Website:latest', '--below', source);
    assert.match(files, /index\.html/);
    assert.doesNotMatch(files, /junk/);
    assert.match(await cli.good('backup', 'search', 'a[1', '--plan', 'Website'), /图片\/a\[1\]\.txt/);
    const name = path.join(source, '图片', 'a[1].txt');
    assert.equal(await cli.good('backup', 'get', 'Website:latest', name, '-'), 'first');
    const [first] = JSON.parse(await cli.good('backup', 'list', '--plan', 'Website', '--json'));
    await writeFile(path.join(source, 'index.html'), '<p>two</p>');
    await writeFile(path.join(source, 'new.html'), '<p>new</p>');
    await cli.good('plan', 'run', 'Website');
    const compared = await cli.good('backup', 'compare', first.id, 'Website:latest');
    assert.match(compared, new RegExp(`~ ${source}/index.html`));
    assert.match(compared, new RegExp(`\\+ ${source}/new.html`));
    await cli.good('backup', 'edit', first.id, '--pin', '--title', 'before the change');
    assert.match(await cli.good('backup', 'show', first.id), /PINNED\s+yes/);
    const refused = await cli.run(['backup', 'delete', first.id, '--yes']);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /pinned/);
  });

  test('a drill proves it, and it is restored elsewhere', async () => {
    const [latest] = JSON.parse(await cli.good('backup', 'list', '--plan', 'Website', '--json'));
    await cli.good('plan', 'drill', 'Website', '--backup', latest.snapshotId.slice(0, 8));
    assert.match(await cli.good('plan', 'drills', 'Website'), /proven/);
    const target = path.join(folder, 'restored');
    const dry = await cli.good('restore', 'run', 'Website:latest', '--target', target, '--dry-run');
    assert.match(dry, /new\s+\S*index\.html/);
    await cli.good('restore', 'run', 'Website:latest', '--target', target);
    assert.equal(await readFile(path.join(target, source, 'index.html'), 'utf8'), '<p>two</p>');
    assert.match(await cli.good('restore', 'list', '--plan', 'Website'), /succeeded/);
  });

  test('the recovery sheet and a plain restic are enough; after a rotation the old password is not', async () => {
    const { password, text } = JSON.parse(await cli.good('repository', 'sheet', 'Website', '--json'));
    const [, address = ''] = /^export RESTIC_REPOSITORY="(s3:[^"]+)"$/m.exec(text) ?? [];
    const restic = path.join(CHECKOUT, '.cache', 'restic', 'usr', 'bin', 'restic');
    // Not execFileSync: the store is served by this very process.
    const plain = async (given: string): Promise<string> => {
      const args = ['-r', address, 'snapshots', '--json', '--no-cache'];
      const env = {
        ...{ RESTIC_PASSWORD: given, AWS_ACCESS_KEY_ID: KEY.accessKeyId },
        AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
      };
      return (await promisify(execFile)(restic, args, { env, timeout: 90_000 })).stdout;
    };
    assert.ok(text.includes(password));
    assert.equal(JSON.parse(await plain(password)).length, 2);
    await cli.good('repository', 'check', 'Website', '--read-data', '100%');
    await cli.good('repository', 'password', 'Website', '--yes');
    const after = JSON.parse(await cli.good('repository', 'sheet', 'Website', '--json'));
    assert.notEqual(after.password, password);
    assert.equal(JSON.parse(await plain(after.password)).length, 2);
    await assert.rejects(plain(password), /wrong password/);
    assert.match(await cli.good('repository', 'show', 'Website'), /CHECKED.*sound/);
    await cli.good('plan', 'run', 'Website');
    const known = { input: `${after.password}\n` };
    const told = await cli.run(['repository', 'set-password', 'Website', '--password-stdin'], known);
    assert.match(told.stdout, /STATE\s+ready/, told.stderr);
  });

  test('snapshots are adopted by the first characters that restic shows', async () => {
    const [{ snapshotId }] = JSON.parse(await cli.good('backup', 'list', '--plan', 'Website', '--json'));
    const adopted = await cli.run(['plan', 'adopt', 'Website', snapshotId.slice(0, 7), snapshotId]);
    assert.deepEqual([adopted.code, /Nothing new was found/.test(adopted.stderr)], [0, true], adopted.stderr);
    const none = await cli.run(['plan', 'adopt', 'Website', 'nothing']);
    assert.match(none.stderr, /There is no backup nothing\.\s+See: sampan repository snapshots "Website"/);
  });

  test('what is wrong is told with what to do', async () => {
    const outside = await cli.run(['plan', 'create', 'x', '--storage', 'qingstor', '--path', 'relative']);
    assert.equal(outside.code, 1);
    assert.match(outside.stderr, /no absolute path/);
    const schedule = await cli.run(['plan', 'edit', 'Website', '--cron', '61 * * * *']);
    assert.match(schedule.stderr, /no cron expression/);
    const both = await cli.run(['plan', 'edit', 'Website', '--cron', '1 * * * *', '--every', '1h']);
    assert.equal(both.code, 2);
    const options = ['--type', 'qingstor', '--endpoint', store.url, '--access-key-id', KEY.accessKeyId];
    const missing = await cli.run(['storage', 'add', 'other', ...options, '--bucket', 'not-there']);
    assert.match(missing.stderr, /--no-test, then sampan bucket create "other" not-there/);
    await cli.good('storage', 'add', 'other', ...options, '--bucket', 'not-there', '--no-test');
    assert.match(
      (await cli.run(['storage', 'test', 'other'])).stderr,
      /To create it: sampan bucket create "other" not-/,
    );
    const used = await cli.run(['storage', 'remove', 'qingstor', '--yes']);
    assert.equal(used.code, 1);
    assert.match(used.stderr, /The repository Website lies on qingstor/);
  });
});
