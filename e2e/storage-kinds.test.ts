import assert from 'node:assert/strict';
import { chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createQingStorClient } from '@sampan/qingstor-sdk';
import { type QingStorServer, startQingStorServer } from '@sampan/qingstor-server';
import type { Browser } from 'playwright-core';
import { startLighttpd } from '../packages/storage-conformance/src/testing/lighttpd.ts';
import { type Sshd, startSshd } from '../packages/storage-conformance/src/testing/sshd.ts';
import type { WebdavServer } from '../packages/storage-conformance/src/testing/webdav-server.ts';
import { CALM, openBrowser, Person, tellWhatWasSeen } from './lib/browser.ts';
import { CHECKOUT, Started } from './lib/checkout.ts';

const PASSWORD = 'four random words here';
const KEY = { accessKeyId: 'QSSTORAGEKINDSTEST01', secretAccessKey: 'the-secret-of-the-kinds-test-000000000000' };

describe('storages of the other kinds are added in the browser, tested and used', () => {
  let folder: string;
  let home: string;
  let store: QingStorServer;
  let webdav: WebdavServer;
  let sshd: Sshd;
  let sampan: Started;
  let browser: Browser;
  let person: Person;
  tellWhatWasSeen(() => person);

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sampan-kinds-'));
    store = await startQingStorServer({ ...KEY, data: path.join(folder, 'store') });
    const client = createQingStorClient({ ...KEY, endpoint: store.url });
    await client.bucket('all-kinds').create();
    await client.close();
    webdav = await startLighttpd();
    await mkdir(path.join(webdav.root, 'kinds'));
    await chown(path.join(webdav.root, 'kinds'), webdav.uid, webdav.gid);
    sshd = await startSshd();
    home = await mkdtemp(path.join(tmpdir(), 'sampan-kinds-sftp-'));
    await chown(home, sshd.uid, sshd.gid);
    sampan = new Started(CHECKOUT, { SAMPAN_ADMIN_PASSWORD: PASSWORD });
    browser = await openBrowser();
    person = await Person.in(
      await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US', ...CALM }),
    );
    await person.logIn(await sampan.url(), 'admin', PASSWORD);
  });
  after(async () => {
    await browser?.close();
    await sampan?.stop();
    for (const server of [store, webdav, sshd]) await server?.close();
    for (const each of [folder, home]) await rm(each, { recursive: true, force: true, maxRetries: 10 });
  });

  /** Adds a storage by its form, sees Test Connection pass, uploads a file and sees it. */
  async function add(type: string, name: string, options: Record<string, string>): Promise<void> {
    const { page } = person;
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.waitForURL(/\/storages$/);
    await person.at('storage-add-first').or(person.at('storage-add')).first().click();
    await person.at(`storage-type-${type}`).click();
    await person.at('storage-form-name').fill(name);
    for (const [field, text] of Object.entries(options)) {
      const place = person.at(`storage-form-${field}`);
      const isOpen = ['INPUT', 'TEXTAREA'].includes(await place.evaluate((element) => element.tagName));
      await (isOpen ? place : place.locator('input, textarea').first()).fill(text);
      await page.keyboard.press('Tab');
    }
    await person.at('storage-test').click();
    const result = person.at('storage-test-result');
    await result.and(page.locator('[data-state=passed],[data-state=failed]')).waitFor({ timeout: 90_000 });
    const failed = await page.locator('[data-testid^=check-][data-state=failed]').allInnerTexts();
    assert.deepEqual(failed, [], sampan.output);
    await person.look(`storage-kinds-${type}`);
    await person.at('storage-save').click();
    const row = person.at(`storage-row-${name}`);
    await row.locator('[data-state=ready]').waitFor();
    await row.getByTestId('storage-open').click();
    await person.at('storage-tab-objects').click();
    const file = { name: `of ${type}.txt`, mimeType: 'text/plain', buffer: Buffer.from(`kept on ${type}`) };
    await person.at('upload-files-input').setInputFiles([file]);
    await person.at(`object-row-of ${type}.txt`).waitFor();
    assert.deepEqual(person.complaints, []);
  }

  test('S3, at an endpoint of one’s own', async () => {
    await add('s3', 'S3 of ours', {
      ...{ accessKeyId: KEY.accessKeyId, secretAccessKey: KEY.secretAccessKey, endpoint: store.url, region: 'pek3a' },
      bucket: 'all-kinds',
    });
    const client = createQingStorClient({ ...KEY, endpoint: store.url });
    const { objects } = await client.bucket('all-kinds').list({});
    await client.close();
    assert.deepEqual(
      objects.map(({ key }) => key),
      ['of s3.txt'],
    );
  });

  test('WebDAV', async () => {
    const { url: endpoint, username, password } = webdav;
    await add('webdav', 'WebDAV', { endpoint, username, password, folder: 'kinds' });
    assert.equal(await readFile(path.join(webdav.root, 'kinds', 'of webdav.txt'), 'utf8'), 'kept on webdav');
  });

  test('SFTP, by a key that is pasted', async () => {
    await add('sftp', 'SFTP', {
      ...{ host: '127.0.0.1', port: String(sshd.port), username: sshd.username },
      ...{ privateKey: sshd.privateKey, hostKey: sshd.hostKey, folder: home },
    });
    assert.equal(await readFile(path.join(home, 'of sftp.txt'), 'utf8'), 'kept on sftp');
  });
});
