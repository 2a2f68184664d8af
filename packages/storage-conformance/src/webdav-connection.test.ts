import assert from 'node:assert/strict';
import { chmod, chown, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type StorageEnvironment, webdavDriverType } from '@sampan/storage';
import { checksOf, failureOf, lookupOf, problemsOf, states, strayStepsOf } from './testing/checks.ts';
import { always, closedPort, type Stub, startStub, webPage } from './testing/stub-server.ts';
import { startWebdavServer, type WebdavServer } from './testing/webdav-server.ts';

const steps = ['resolve', 'connect', 'tls', 'clock', 'login', 'folder', 'list', 'write', 'read', 'delete', 'cleanup'];
const HALF_AN_HOUR_MS = 30 * 60_000;
let server: WebdavServer;
let untrusted: Stub;
let page: Stub;
let elsewhere: Stub;

before(async () => {
  server = await startWebdavServer();
  for (const name of ['files', 'read-only']) {
    await mkdir(join(server.root, name));
    await chown(join(server.root, name), server.uid, server.gid);
  }
  await chmod(join(server.root, 'read-only'), 0o555);
  untrusted = await startStub(webPage, true);
  page = await startStub(webPage);
  elsewhere = await startStub(always(302, 'text/plain', '', { location: `${server.url}/files/` }));
});
after(() => Promise.all([server.close(), untrusted.close(), page.close(), elsewhere.close()]));

type Values = Record<string, string | number>;

function make(values: Values = {}, environment: StorageEnvironment = {}) {
  const { url: endpoint, username, password } = server;
  return webdavDriverType.create({ endpoint, username, password, folder: 'files', ...values }, environment);
}

describe('Test Connection of a WebDAV storage', () => {
  test('goes from the name to an object that is read back, and leaves nothing but empty folders', async () => {
    assert.deepEqual(
      states(await checksOf(make())),
      steps.map((name) => `${name} passed`),
    );
    const left = await readdir(join(server.root, 'files'), { recursive: true, withFileTypes: true });
    assert.deepEqual(
      left.filter((each) => each.isFile()),
      [],
    );
  });

  const troubles: Record<
    string,
    { found: string; values?: () => Values | Promise<Values>; environment?: StorageEnvironment }
  > = {
    'an unknown host': {
      found: 'resolve storage_unreachable',
      values: () => ({ endpoint: 'http://nowhere.example' }),
      environment: { lookup: lookupOf([]) },
    },
    'a closed port': {
      found: 'connect storage_unreachable',
      values: async () => ({ endpoint: `http://127.0.0.1:${await closedPort()}` }),
    },
    'a certificate that nobody trusts': { found: 'tls storage_untrusted', values: () => ({ endpoint: untrusted.url }) },
    'a wrong password': { found: 'login login_refused', values: () => ({ password: 'another' }) },
    'a wrong user': { found: 'login login_refused', values: () => ({ username: 'nobody' }) },
    'a web page instead of a storage': { found: 'login unexpected_answer', values: () => ({ endpoint: page.url }) },
    'a server that sends us elsewhere': {
      found: 'login unexpected_answer',
      values: () => ({ endpoint: elsewhere.url }),
    },
    'a missing folder': { found: 'folder bucket_not_found', values: () => ({ folder: 'not there' }) },
    'no right to write': { found: 'write permission_denied', values: () => ({ folder: 'read-only' }) },
    'an address that is not called': { found: 'resolve egress_forbidden', environment: { allowsAddress: () => false } },
  };
  for (const [trouble, { found, values, environment }] of Object.entries(troubles)) {
    test(`tells ${trouble}, with cause and remedy`, async () => {
      const checks = await checksOf(make((await values?.()) ?? {}, environment));
      assert.equal(failureOf(checks), found, JSON.stringify(checks));
      assert.deepEqual(problemsOf(checks), []);
      assert.deepEqual(strayStepsOf(checks, steps), []);
      assert.ok(checks.length >= steps.length - 1, states(checks).join());
      assert.ok(!JSON.stringify(checks).includes(server.password));
    });
  }

  test('tells a clock that is off, and goes on: nothing depends on it here', async () => {
    const checks = await checksOf(make({}, { now: () => Date.now() + HALF_AN_HOUR_MS }));
    assert.deepEqual(states(checks).slice(3, 6), ['clock failed', 'login passed', 'folder passed']);
    assert.equal(checks.at(-1)?.state, 'passed');
  });
});
