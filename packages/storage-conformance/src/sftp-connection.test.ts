import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type StorageEnvironment, sftpDriverType } from '@sampan/storage';
import ssh2 from 'ssh2';
import { checksOf, failureOf, lookupOf, problemsOf, states, strayStepsOf } from './testing/checks.ts';
import { type Sshd, startSshd } from './testing/sshd.ts';
import { closedPort } from './testing/stub-server.ts';

const steps = ['resolve', 'connect', 'host_key', 'login', 'folder', 'list', 'write', 'read', 'delete', 'cleanup'];
let sshd: Sshd;
let folder = '';

before(async () => {
  sshd = await startSshd();
  folder = await mkdtemp(join(tmpdir(), 'sampan-sftp-connection-'));
  await chown(folder, sshd.uid, sshd.gid);
});
after(async () => {
  await sshd.close();
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true });
});

type Values = Record<string, string | number>;

function make(values: Values = {}, environment: StorageEnvironment = {}) {
  const { username, privateKey, hostKey, port } = sshd;
  const all = { host: '127.0.0.1', port, username, privateKey, hostKey, folder, timeoutSeconds: 5, ...values };
  return sftpDriverType.create(all, environment);
}

/** A server that knows one password, and after the log-in nothing more. */
async function passwordServer(): Promise<{ port: number; hostKey: string; close: () => void }> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const hostKey = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      if (context.method === 'password' && context.password === 'the right one') context.accept();
      else context.reject(['password']);
    });
    client.on('session', (accept) =>
      accept().on('sftp', (open) => {
        const sftp = open();
        sftp.on('STAT', (id) => sftp.attrs(id, { mode: 0o040755, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 }));
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as { port: number };
  // Found as a person finds it: by a test that does not know it yet.
  const [, , found] = await checksOf(make({ port: address.port, hostKey: '' }));
  return { port: address.port, hostKey: String(found?.parameters?.fingerprint), close: () => server.close() };
}

describe('Test Connection of an SFTP storage', () => {
  test('goes from the name to an object that is read back, and leaves nothing but empty folders', async () => {
    assert.deepEqual(
      states(await checksOf(make())),
      steps.map((name) => `${name} passed`),
    );
    const left = await readdir(folder, { recursive: true, withFileTypes: true });
    assert.deepEqual(
      left.filter((each) => each.isFile()),
      [],
    );
  });

  test('without a host key, tells the one it finds, and connects with it', async () => {
    const checks = await checksOf(make({ hostKey: '' }));
    assert.equal(failureOf(checks), 'host_key storage_untrusted');
    assert.deepEqual(problemsOf(checks), []);
    const fingerprint = checks.find(({ name }) => name === 'host_key')?.parameters?.fingerprint;
    assert.equal(fingerprint, sshd.hostKey);
    assert.equal(failureOf(await checksOf(make({ hostKey: String(fingerprint) }))), 'nothing');
  });

  test('takes a password, and tells a wrong one', async () => {
    const server = await passwordServer();
    const values = { port: server.port, hostKey: server.hostKey, privateKey: '', username: 'me' };
    const { privateKey: _, ...withPassword } = { ...values, password: 'the right one' };
    const base = { host: '127.0.0.1', folder: '/', timeoutSeconds: 2, connectionRetries: 0 };
    const right = sftpDriverType.create({ ...base, ...withPassword });
    const seen: string[] = [];
    const controller = new AbortController();
    for await (const { name, state } of right.testConnection(controller.signal)) {
      seen.push(`${name} ${state}`);
      if (name === 'folder') controller.abort();
    }
    await right.close();
    assert.deepEqual(seen.slice(-2), ['login passed', 'folder passed']);
    const wrong = await checksOf(sftpDriverType.create({ ...base, ...withPassword, password: 'another' }));
    assert.equal(failureOf(wrong), 'login login_refused');
    assert.ok(!JSON.stringify(wrong).includes('another'));
    server.close();
  });

  const troubles: Record<
    string,
    { found: string; values?: () => Values | Promise<Values>; environment?: StorageEnvironment }
  > = {
    'an unknown host': {
      found: 'resolve storage_unreachable',
      values: () => ({ host: 'nowhere.example' }),
      environment: { lookup: lookupOf([]) },
    },
    'a closed port': { found: 'connect storage_unreachable', values: async () => ({ port: await closedPort() }) },
    'another host key': {
      found: 'host_key storage_untrusted',
      values: () => ({ hostKey: `SHA256:${'A'.repeat(43)}` }),
    },
    'a key that the server does not know': {
      found: 'login login_refused',
      values: () => ({ privateKey: sshd.otherKey }),
    },
    'a key that cannot be read': {
      found: 'login login_refused',
      values: () => ({ privateKey: '-----BEGIN OPENSSH PRIVATE KEY-----\nxx\n-----END OPENSSH PRIVATE KEY-----' }),
    },
    'a missing folder': { found: 'folder bucket_not_found', values: () => ({ folder: join(folder, 'not-there') }) },
    'an address that is not called': { found: 'resolve egress_forbidden', environment: { allowsAddress: () => false } },
  };
  for (const [trouble, { found, values, environment }] of Object.entries(troubles)) {
    test(`tells ${trouble}, with cause and remedy`, async () => {
      const checks = await checksOf(make((await values?.()) ?? {}, environment));
      assert.equal(failureOf(checks), found, JSON.stringify(checks));
      assert.deepEqual(problemsOf(checks), []);
      assert.deepEqual(strayStepsOf(checks, steps), []);
      assert.ok(checks.length >= steps.length - 1, states(checks).join());
    });
  }

  test('tells that there is no right to write', async () => {
    await chmod(folder, 0o500);
    const checks = await checksOf(make());
    await chmod(folder, 0o700);
    assert.equal(failureOf(checks), 'write permission_denied', JSON.stringify(checks));
  });
});
