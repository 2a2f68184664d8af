import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ObjectStore, type StorageDriver, type StorageEnvironment, sftpDriverType } from '@sampan/storage';
import { cannot, type StorageHarness } from '../harness.ts';
import type { Sshd } from './sshd.ts';
import { closedPort, type Stub, startGreeter } from './stub-server.ts';

/** The SFTP driver against OpenSSH, in a folder of its own. */
export async function sftpHarness(sshd: Sshd, port = sshd.port): Promise<StorageHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-sftp-'));
  // The server may run as another user than the tests.
  await chown(folder, sshd.uid, sshd.gid);
  const isBehindFaults = port !== sshd.port;
  const drivers: StorageDriver[] = [];
  const stubs: Stub[] = [];
  const options = {
    host: '127.0.0.1',
    port,
    username: sshd.username,
    privateKey: sshd.privateKey,
    hostKey: sshd.hostKey,
    folder,
    connectionRetries: isBehindFaults ? 12 : 3,
  };
  const make = (changed: Record<string, string | number> = {}, environment: StorageEnvironment = {}): ObjectStore => {
    const driver = sftpDriverType.create({ ...options, ...changed }, environment);
    drivers.push(driver);
    return driver.objects();
  };
  const once = { connectionRetries: 0, port: sshd.port };
  return {
    store: () => make(),
    ...(isBehindFaults && { isSlow: true }),
    async leftovers() {
      const names = await readdir(folder, { recursive: true });
      return names.filter((name) => name.endsWith('.part'));
    },
    situations: {
      login_refused: async () => make({ ...once, privateKey: sshd.otherKey }),
      async permission_denied() {
        await chmod(folder, 0o000);
        return make(once);
      },
      bucket_not_found: async () => make({ ...once, folder: join(folder, 'not-there') }),
      storage_unreachable: async () => make({ ...once, port: await closedPort() }),
      storage_untrusted: async () => make({ ...once, hostKey: `SHA256:${'A'.repeat(43)}` }),
      async storage_timeout() {
        const stub = await startGreeter(null);
        stubs.push(stub);
        return make({ ...once, port: stub.port, timeoutSeconds: 1 });
      },
      async unexpected_answer() {
        const stub = await startGreeter('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
        stubs.push(stub);
        return make({ ...once, port: stub.port, timeoutSeconds: 20 });
      },
      egress_forbidden: async () => make(once, { allowsAddress: () => false }),
      ...cannot('SFTP has a log-in, neither keys nor signatures, and no time in its requests', [
        'unknown_access_key',
        'invalid_signature',
        'clock_skew',
      ]),
      ...cannot('SFTP has no zones', ['wrong_zone']),
      ...cannot('a server that fails, or wants fewer requests, closes the connection', [
        'storage_unavailable',
        'throttled',
      ]),
    },
    secrets: [sshd.privateKey.split('\n')[1] ?? ''],
    async dispose() {
      await Promise.all(drivers.map((driver) => driver.close()));
      await Promise.all(stubs.map((stub) => stub.close()));
      await chmod(folder, 0o700);
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
