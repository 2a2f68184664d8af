import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { bytesSource, listObjects, type StorageEnvironment, sftpDriverType } from '@sampan/storage';
import ssh2 from 'ssh2';
import { keysOf, pattern, read } from './content.ts';
import { lookupOf } from './testing/checks.ts';
import { type Sshd, startSshd } from './testing/sshd.ts';

let sshd: Sshd;
before(async () => {
  sshd = await startSshd();
});
after(() => sshd.close());

async function open(
  context: TestContext,
  values: Record<string, string | number> = {},
  environment: StorageEnvironment = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-sftp-driver-'));
  await chown(folder, sshd.uid, sshd.gid);
  const { username, privateKey, hostKey, port } = sshd;
  const all = { host: '127.0.0.1', port, username, privateKey, hostKey, folder, ...values };
  const driver = sftpDriverType.create(all, environment);
  context.after(async () => {
    await driver.close();
    await rm(folder, { recursive: true });
  });
  return { folder, store: driver.objects() };
}

test('links are not followed, neither out of the folder nor within it', async (context) => {
  const outside = await mkdtemp(join(tmpdir(), 'sampan-outside-'));
  context.after(() => rm(outside, { recursive: true }));
  const { folder, store } = await open(context);
  await writeFile(join(outside, 'secret'), 'outside');
  await chown(outside, sshd.uid, sshd.gid);
  await symlink(join(outside, 'secret'), join(folder, 'file'));
  await symlink(outside, join(folder, 'folder'));
  assert.deepEqual(await keysOf(store), []);
  await assert.rejects(store.get('file'), { code: 'object_not_found' });
  await assert.rejects(store.head('file'), { code: 'object_not_found' });
  // What replaces a link replaces the link, not what it leads to.
  await store.put('file', bytesSource('inside'));
  assert.equal(String(await read(store, 'file')), 'inside');
});

test('nothing secret is sent to a server whose host key is another', async (context) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let asked = 0;
  const impostor = new ssh2.Server(
    { hostKeys: [privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()] },
    (client) => {
      client.on('error', () => undefined);
      client.on('authentication', (authentication) => {
        asked += 1;
        authentication.reject();
      });
    },
  );
  await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
  context.after(() => impostor.close());
  const { port } = impostor.address() as { port: number };
  for (const hostKey of [sshd.hostKey, '']) {
    const { store } = await open(context, { port, hostKey, password: 'x', connectionRetries: 0 });
    await assert.rejects(store.list(), { code: 'storage_untrusted', retryable: false });
  }
  assert.equal(asked, 0);
});

test('names are resolved as the environment says', async (context) => {
  const known = await open(context, { host: 'sftp.test' }, { lookup: lookupOf(['sftp.test']) });
  assert.deepEqual(await keysOf(known.store), []);
  const forbidden = await open(
    context,
    { host: 'sftp.test', connectionRetries: 0 },
    {
      lookup: (_name, _options, callback) =>
        callback(Object.assign(new Error('no'), { code: 'EGRESS_FORBIDDEN' }), '', 4),
    },
  );
  await assert.rejects(forbidden.store.list(), { code: 'egress_forbidden', retryable: false });
});

test('files of uploads that were left behind are not told, and removed when they are old enough', async (context) => {
  const { folder, store } = await open(context);
  await mkdir(join(folder, 'deep'));
  await chown(join(folder, 'deep'), sshd.uid, sshd.gid);
  for (const place of ['', 'deep/']) await writeFile(join(folder, `${place}.sampan-0123456789abcdef.part`), 'half');
  await store.put('deep/.sampan-not-a-part', bytesSource('an object'));
  assert.deepEqual(await keysOf(store), ['deep/.sampan-not-a-part']);
  await assert.rejects(store.put('.sampan-0123456789abcdef.part', bytesSource('x')), { code: 'invalid_key' });
  assert.equal(await store.removeUnfinished?.(3_600_000), 0);
  assert.equal(await store.removeUnfinished?.(-60_000), 2);
  assert.deepEqual(await keysOf(store), ['deep/.sampan-not-a-part']);
});

test('what is larger than all that is under way at once comes whole, many at once too', async (context) => {
  const { store } = await open(context, { connections: 2 });
  const content = pattern(12_345_678);
  await Promise.all(['a', 'b', 'c', 'd'].map((key) => store.put(key, bytesSource(content))));
  await Promise.all(['a', 'b', 'c', 'd'].map(async (key) => assert.ok((await read(store, key)).equals(content))));
  assert.equal((await Array.fromAsync(listObjects(store))).length, 4);
});
