import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createQingStorClient, type QingStorBucket, type QingStorClient } from '@sampan/qingstor-sdk';
import { type QingStorServer, startQingStorServer } from '@sampan/qingstor-server';
import { CHECKOUT } from './lib/checkout.ts';

const BIN = path.join(CHECKOUT, 'packages', 'cli', 'bin', 'sampan.mjs');
const KEY = { accessKeyId: 'QSOBJECTSTEST0000001', secretAccessKey: 'the-secret-of-the-objects-test-000000000' };
const MIB = 1024 * 1024;
const SMALL = 300;
const LARGE = [24 * MIB + 1, 33 * MIB];

interface Done {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

describe('objects by the command line, without a server of Sampan', () => {
  let server: QingStorServer;
  let client: QingStorClient;
  let bucket: QingStorBucket;
  let folder: string;
  let source: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sampan-objects-'));
    source = path.join(folder, 'source');
    server = await startQingStorServer({ ...KEY, data: path.join(folder, 'store') });
    client = createQingStorClient({ ...KEY, endpoint: server.url });
    bucket = client.bucket('cli-bucket');
    await bucket.create();
    for (let index = 0; index < SMALL; index += 1) {
      const file = path.join(source, `folder ${index % 7}`, `文件 ${index}[1].txt`);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, `${index}`.repeat(index * 10));
    }
    for (const [index, size] of LARGE.entries()) {
      const content = Buffer.alloc(size, createHash('sha512').update(`${index}`).digest());
      await writeFile(path.join(source, `large-${index}.bin`), content);
    }
  });
  after(async () => {
    await client.close();
    await server.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  const place = (key: string, options = '') => `qingstor://cli-bucket/${key}?endpoint=${server.url}${options}`;

  function start(...args: string[]): { child: ChildProcess; done: Promise<Done> } {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', BIN, 'object', ...args], {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: folder,
        QINGSTOR_ACCESS_KEY_ID: KEY.accessKeyId,
        QINGSTOR_SECRET_ACCESS_KEY: KEY.secretAccessKey,
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const done = new Promise<Done>((resolve) =>
      child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
    );
    return { child, done };
  }
  const run = (...args: string[]) => start(...args).done;

  async function until(condition: () => Promise<boolean>): Promise<void> {
    for (let look = 0; look < 2_000; look += 1) {
      if (await condition()) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error('it did not come to that');
  }

  async function treeOf(top: string): Promise<Map<string, string>> {
    const tree = new Map<string, string>();
    for (const entry of await readdir(top, { recursive: true, withFileTypes: true })) {
      // What a killed writer was writing stays hidden beside, and goes when it is a day old.
      if (!entry.isFile() || /^\.sampan-[0-9a-f]{16}\.part$/.test(entry.name)) continue;
      const file = path.join(entry.parentPath, entry.name);
      tree.set(
        path.relative(top, file),
        createHash('md5')
          .update(await readFile(file))
          .digest('hex'),
      );
    }
    return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  test('a sync that was killed twice goes on where it was, large objects included', async () => {
    const slow = '&chunkSize=4Mi&uploadCutoff=8Mi';
    const first = start('sync', source, place('tree', slow), '--concurrency', '2');
    await until(async () => (await bucket.list({ prefix: 'tree/folder' })).objects.length >= 40);
    first.child.kill('SIGKILL');
    assert.equal((await first.done).signal, 'SIGKILL');

    const second = start('sync', source, place('tree', slow), '--concurrency', '1');
    await until(async () => {
      const [upload] = (await bucket.multipart.list({ prefix: 'tree/large' })).uploads;
      return upload !== undefined && (await bucket.multipart.parts(upload.key, upload.uploadId)).length >= 2;
    });
    second.child.kill('SIGKILL');
    await second.done;
    const [left] = (await bucket.multipart.list({ prefix: 'tree/large' })).uploads;
    assert.ok(left, 'a killed upload leaves its parts');

    const { code, stdout } = await run('sync', source, place('tree', slow), '--json');
    assert.equal(code, 0, stdout);
    const result = JSON.parse(stdout) as { copied: number; same: number };
    assert.equal(result.copied + result.same, SMALL + LARGE.length);
    assert.ok(result.same >= 40);
    assert.equal((await bucket.multipart.list()).uploads.length, 0, 'the upload was gone on with');
    const again = JSON.parse((await run('sync', source, place('tree'), '--json', '--checksum', '--delete')).stdout);
    assert.deepEqual([again.copied, again.same, again.deleted], [0, SMALL + LARGE.length, 0]);
  });

  test('the way back, killed too, ends with every byte the same', async () => {
    const back = path.join(folder, 'back');
    const first = start('sync', place('tree'), back, '--concurrency', '2');
    await until(async () => (await readdir(path.join(back, 'folder 0')).catch(() => [])).length >= 10);
    first.child.kill('SIGKILL');
    await first.done;
    assert.equal((await run('sync', place('tree'), back)).code, 0);
    assert.deepEqual(await treeOf(back), await treeOf(source));
    const { stdout } = await run('sync', place('tree'), back, '--json');
    assert.equal(JSON.parse(stdout).copied, 0);
  });

  test('a download that was killed goes on by range', async () => {
    const file = path.join(folder, 'single.bin');
    const key = 'tree/large-1.bin';
    const first = start('get', place(key), file);
    const parts = async () => (await readdir(folder)).filter((name) => name.endsWith('.part'));
    const sizeOf = async (name: string) => (await stat(path.join(folder, name))).size;
    await until(async () => {
      const [part] = await parts();
      return part !== undefined && (await sizeOf(part)) > MIB;
    });
    first.child.kill('SIGKILL');
    await first.done;
    assert.equal((await run('get', place(key), file)).code, 0);
    assert.deepEqual(await readFile(file), await readFile(path.join(source, 'large-1.bin')));
    assert.deepEqual(await parts(), []);
  });

  test('single objects: put from a pipe, list, look, link, copy, delete', async () => {
    const child = start('put', '-', place('piped.txt'), '--content-type', 'text/plain');
    child.child.stdin?.end('from a pipe');
    assert.equal((await child.done).code, 0);
    assert.equal((await run('get', place('piped.txt'), '-')).stdout, 'from a pipe');
    const listed = JSON.parse((await run('ls', place(''), '--json')).stdout) as { key: string }[];
    assert.deepEqual(listed.map(({ key }) => key).sort(), ['piped.txt', 'tree/']);
    assert.match((await run('stat', place('piped.txt'))).stdout, /TYPE\s+text\/plain/);
    const { stdout: link } = await run('link', place('piped.txt'), '--expires', '60');
    assert.equal(await (await fetch(link.trim())).text(), 'from a pipe');
    assert.equal((await run('cp', place('piped.txt'), place('copies/'))).code, 0);
    assert.equal((await bucket.head('copies/piped.txt')).size, 11);
    assert.equal((await run('rm', place('piped.txt'), place('copies/piped.txt'))).code, 0);
    assert.equal((await bucket.list({ delimiter: '/' })).objects.length, 0);
  });

  test('dry runs change nothing; what would delete much asks', async () => {
    const count = async () => (await bucket.list({ limit: 1000 })).objects.length;
    const before = await count();
    const dry = await run('rm', '--recursive', '--dry-run', place('tree'));
    assert.match(dry.stderr, new RegExp(`${SMALL + LARGE.length} would be deleted`));
    assert.equal((await run('rm', '--recursive', place('tree'))).code, 2);
    const empty = path.join(folder, 'empty');
    await mkdir(empty);
    assert.equal((await run('sync', empty, place('tree'), '--delete', '--dry-run')).code, 0);
    assert.equal(await count(), before);
    assert.equal((await run('sync', place('tree'), path.join(folder, 'not-made'), '--dry-run')).code, 0);
    await assert.rejects(stat(path.join(folder, 'not-made')));
  });

  test('bad input is told with what to do', async () => {
    const cases: [string[], number, RegExp][] = [
      [['ls', 'qingstor://cli-bucket/?zone=NOT_A_ZONE'], 2, /zone does not have the form/],
      [['ls', 'qingstor://'], 2, /names no bucket/],
      [['ls', place('', '&nonsense=1')], 2, /there is no option nonsense/],
      [['ls', 'qingstor://user:secret@cli-bucket/'], 2, /can be seen by others/],
      [['ls', place('', '&secretAccessKey=x')], 2, /can be seen by others/],
      [['get', place('no-such-object'), '-'], 1, /There is no object|object/],
      [['put', path.join(folder, 'no-such-file'), place('x')], 1, /There is no file/],
      [['put', source, place('x')], 2, /is a folder/],
      [['ls', 'qingstor://other-bucket/?endpoint=http://127.0.0.1:1'], 4, /cannot be reached|listens/],
      [['ls', place(''), '--limit', '0'], 2, /whole number from 1/],
      [['sync', source, place('x'), '--include', '/absolute'], 1, /no pattern/],
      [['sync', source, place('x'), '--concurrency', '0'], 2, /from 1 to 64/],
    ];
    for (const [args, code, text] of cases) {
      const done = await run(...args);
      assert.equal(done.code, code, `${args.join(' ')}: ${done.stderr}`);
      assert.match(done.stderr, text);
      assert.ok(!done.stderr.includes('    at '), done.stderr);
    }
  });
});
