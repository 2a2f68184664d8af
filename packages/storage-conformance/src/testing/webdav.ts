import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type ObjectStore, type StorageDriver, type StorageEnvironment, webdavDriverType } from '@sampan/storage';
import { cannot, type StorageHarness } from '../harness.ts';
import { always, closedPort, never, type Stub, type StubAnswer, startStub, webPage } from './stub-server.ts';
import type { WebdavServer } from './webdav-server.ts';

/** The WebDAV driver against a server, in a folder of its own. */
export async function webdavHarness(server: WebdavServer, port = server.port): Promise<StorageHarness> {
  const folder = await mkdtemp(join(server.root, 'folder with + and %41 '));
  await chown(folder, server.uid, server.gid);
  const isBehindFaults = port !== server.port;
  const drivers: StorageDriver[] = [];
  const stubs: Stub[] = [];
  const { username, password } = server;
  const options = {
    endpoint: `http://127.0.0.1:${port}`,
    username,
    password,
    folder: basename(folder),
    connectionRetries: isBehindFaults ? 10 : 3,
  };
  const make = (changed: Record<string, string | number> = {}, environment: StorageEnvironment = {}): ObjectStore => {
    const driver = webdavDriverType.create({ ...options, ...changed }, environment);
    drivers.push(driver);
    return driver.objects();
  };
  const once = { connectionRetries: 0, endpoint: server.url };
  const stubbed =
    (answer: StubAnswer, changed: Record<string, string | number> = {}, tls = false) =>
    async () => {
      const stub = await startStub(answer, tls);
      stubs.push(stub);
      return make({ ...once, endpoint: stub.url, ...changed });
    };
  return {
    store: () => make(),
    ...(isBehindFaults && { isSlow: true }),
    async leftovers() {
      const found = await readdir(folder, { recursive: true, withFileTypes: true });
      return found.filter((each) => each.isFile() && each.name.startsWith('.')).map(({ name }) => name);
    },
    situations: {
      login_refused: async () => make({ ...once, password: 'another' }),
      async permission_denied() {
        await chmod(folder, 0o000);
        return make(once);
      },
      bucket_not_found: async () => make({ ...once, folder: 'not there' }),
      storage_unreachable: async () => make({ ...once, endpoint: `http://127.0.0.1:${await closedPort()}` }),
      storage_untrusted: stubbed(webPage, {}, true),
      storage_timeout: stubbed(never, { timeoutSeconds: 1 }),
      storage_unavailable: stubbed(always(503, 'text/html', 'busy')),
      throttled: stubbed(always(429, 'text/html', 'slowly')),
      unexpected_answer: stubbed(webPage),
      egress_forbidden: async () => make(once, { allowsAddress: () => false }),
      ...cannot('WebDAV has a log-in, neither keys nor signatures, and no time in its requests', [
        'unknown_access_key',
        'invalid_signature',
        'clock_skew',
      ]),
      ...cannot('WebDAV has no zones', ['wrong_zone']),
    },
    secrets: [password, Buffer.from(`${username}:${password}`).toString('base64')],
    async dispose() {
      await Promise.all(drivers.map((driver) => driver.close()));
      await Promise.all(stubs.map((stub) => stub.close()));
      await chmod(folder, 0o700);
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
