import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createQingStorClient } from '@sampan/qingstor-sdk';
import { type QingStorServer, startQingStorServer } from '@sampan/qingstor-server';
import { Cli, type Done } from './lib/cli.ts';

const KEY = { accessKeyId: 'QSBACKUPCLITEST00001', secretAccessKey: 'the-secret-of-the-backup-cli-test-00000' };

describe('a one-off backup by the command line, without a server of Sampan', () => {
  let server: QingStorServer;
  let folder: string;
  let source: string;
  let place: string;
  let password = '';

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sampan-backup-cli-'));
    source = path.join(folder, 'source');
    await mkdir(path.join(source, '中文'), { recursive: true });
    await writeFile(path.join(source, '中文', 'a[1].txt'), 'first');
    server = await startQingStorServer({ ...KEY, data: path.join(folder, 'store') });
    const client = createQingStorClient({ ...KEY, endpoint: server.url });
    await client.bucket('one-off').create();
    await client.close();
    place = `qingstor://one-off/repository?endpoint=${server.url}`;
  });
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  function run(...args: string[]): Promise<Done> {
    const env = { QINGSTOR_ACCESS_KEY_ID: KEY.accessKeyId, QINGSTOR_SECRET_ACCESS_KEY: KEY.secretAccessKey };
    return new Cli(folder, { ...env, ...(password !== '' && { SAMPAN_REPOSITORY_PASSWORD: password }) }).run(args);
  }

  test('makes the repository with a recovery sheet, backs up, and again only what changed', async () => {
    const first = await run('backup', 'run', source, '--storage', place, '--host', 'e2e');
    assert.equal(first.code, 0, first.stderr);
    const sheet = await readFile(path.join(folder, 'sampan-recovery-sheet.txt'), 'utf8');
    password = /^Password\s+(\S+)$/m.exec(sheet)?.[1] ?? '';
    assert.ok(password.length >= 32);
    assert.ok(!first.stdout.includes(password) && !first.stderr.includes(password));
    assert.ok(!sheet.includes(KEY.secretAccessKey), 'the sheet has no keys of the storage');
    await writeFile(path.join(source, 'second.txt'), 'second');
    const second = JSON.parse(
      (await run('backup', 'run', source, '--storage', place, '--host', 'e2e', '--json')).stdout,
    );
    assert.deepEqual([second.state, second.filesNew, second.filesUnmodified], ['complete', 1, 1]);
  });

  test('what is missing makes it partial, and the exit code says so', async () => {
    const partial = await run('backup', 'run', source, '/not/there', '--storage', place, '--host', 'e2e');
    assert.equal(partial.code, 1);
    assert.match(
      partial.stderr,
      /\/not\/there: the source does not exist[\s\S]*The backup is partial: 1 could not be read/,
    );
  });

  test('lists, looks into, fetches from and restores backups', async () => {
    const list = JSON.parse((await run('backup', 'list', '--storage', place, '--json')).stdout) as { id: string }[];
    assert.equal(list.length, 3);
    const name = path.join(source, '中文', 'a[1].txt');
    assert.match((await run('backup', 'files', 'latest', '--storage', place, '--below', source)).stdout, /a\[1\]\.txt/);
    assert.equal((await run('backup', 'get', 'latest', name, '-', '--storage', place)).stdout, 'first');
    const target = path.join(folder, 'restored');
    const dry = await run('restore', 'run', 'latest', '--storage', place, '--target', target, '--dry-run');
    assert.match(dry.stdout, /new\s+.*a\[1\]\.txt/);
    await assert.rejects(readFile(path.join(target, name)));
    assert.equal((await run('restore', 'run', 'latest', '--storage', place, '--target', target, '--verify')).code, 0);
    assert.equal(spawnSync('diff', ['-r', source, path.join(target, source)]).status, 0);
    assert.equal((await run('backup', 'get', list[0]?.id.slice(0, 8) ?? '', '/none', '-', '--storage', place)).code, 1);
  });

  test('checks the repository, deletes and prunes; a wrong password is told as one', async () => {
    assert.match((await run('repository', 'check', '--storage', place, '--read-data', 'all')).stderr, /sound/);
    assert.equal((await run('repository', 'forget', 'latest', '--storage', place)).code, 2);
    assert.equal((await run('repository', 'forget', 'latest', '--storage', place, '--yes')).code, 0);
    assert.equal((await run('repository', 'prune', '--storage', place)).code, 0);
    assert.equal(JSON.parse((await run('backup', 'list', '--storage', place, '--json')).stdout).length, 2);
    const right = password;
    password = 'not the right one';
    const wrong = await run('backup', 'list', '--storage', place);
    assert.deepEqual([wrong.code, /password is not that of this repository/.test(wrong.stderr)], [1, true]);
    password = right;
  });
});
