import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { lookup } from 'node:dns';
import { mkdtemp, rm } from 'node:fs/promises';
import type { LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createQingStorClient, type QingStorBucket, type QingStorClient } from '@sampan/qingstor-sdk';
import { type QingStorServer, startQingStorServer } from '@sampan/qingstor-server';
import type { Browser, BrowserContext } from 'playwright-core';
import { CALM, openBrowser, Person, tellWhatWasSeen } from './lib/browser.ts';
import { CHECKOUT, Started } from './lib/checkout.ts';

const PASSWORD = 'four random words here';
const KEY = { accessKeyId: 'QSCONSOLETEST0000001', secretAccessKey: 'the-secret-of-the-console-test-000000000' };
const BUCKET = 'guide-bucket';
const ZONE = 'sh1a';
const BASE = 'qingstor.test';
const NAMES = path.join(import.meta.dirname, 'lib', 'loopback-names.mjs');
const loopback: LookupFunction = (_name, options, callback) => lookup('127.0.0.1', options, callback);

/** Runs in the page: what is dropped there. */
const DROPPED = `(() => {
  const data = new DataTransfer();
  data.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }));
  data.items.add(new File(['another large'], 'large.bin'));
  return data;
})()`;

/** What a person reads at each trouble of the guide, and where. */
const LANGUAGES = [
  {
    name: 'English',
    locale: 'en-US',
    theme: 'light',
    wrongSecret: /does not belong to this Access Key ID/,
    wrongEndpoint: /Nothing listens at .*No connection could be made: a wrong endpoint.*Check host and port/s,
    wrongZone: /in another zone than the one that is set.*set the zone to sh1a/s,
    noBucket: /Confirm that the bucket exists in your selected zone and that your API keys have access to it/,
    works: 'The connection works.',
    fails: 'The connection does not work yet.',
    ready: 'Ready',
  },
  {
    name: '中文',
    locale: 'zh-CN',
    theme: 'dark',
    wrongSecret: /签名未被接受.*请检查 AccessKey 密钥/s,
    wrongEndpoint: /无法连接到 .*请检查接入地址和区域/s,
    wrongZone: /Bucket 位于区域 sh1a。.*请将区域设置为/s,
    noBucket: /找不到 Bucket.*密钥有权访问/s,
    works: '连接正常。',
    fails: '连接尚不可用。',
    ready: '就绪',
  },
] as const;

let browser: Browser;
let folder: string;
let server: QingStorServer;
let client: QingStorClient;
let bucket: QingStorBucket;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sampan-storages-'));
  server = await startQingStorServer({ ...KEY, data: folder, baseHost: BASE, strictZones: true });
  client = createQingStorClient({ ...KEY, endpoint: endpointAt(server.port), zone: ZONE, lookup: loopback });
  bucket = client.bucket(BUCKET);
  await bucket.create();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await client?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

function endpointAt(port: number): string {
  return `http://${BASE}:${port}`;
}

for (const language of LANGUAGES) {
  describe(`the guide "Connect QingStor", followed by a person who reads ${language.name}`, () => {
    const storageName = `QingStor Backups ${language.locale}`;
    let sampan: Started;
    let url: string;
    let context: BrowserContext;
    let person: Person;
    tellWhatWasSeen(() => person);

    before(async () => {
      sampan = new Started(CHECKOUT, {
        NODE_OPTIONS: `--import=${pathToFileURL(NAMES).href}`,
        SAMPAN_ADMIN_PASSWORD: PASSWORD,
      });
      url = await sampan.url();
      context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        ...CALM,
        locale: language.locale,
        colorScheme: language.theme,
        acceptDownloads: true,
      });
      person = await Person.in(context);
      await person.logIn(url, 'admin', PASSWORD);
    });
    after(async () => {
      await context?.close();
      await sampan?.stop();
    });

    /** Fills in an option of the form. */
    async function put(field: string, text: string): Promise<void> {
      const place = person.at(`storage-form-${field}`);
      const isInput = (await place.evaluate((element) => element.tagName)) === 'INPUT';
      await (isInput ? place : place.locator('input')).fill(text);
      await person.page.keyboard.press('Tab');
    }

    /** Presses Test Connection and reads the step that failed. */
    async function failsAt(step: string): Promise<string> {
      await person.at('storage-test').click();
      await person.page.locator('[data-testid=storage-test-result][data-state=failed]').waitFor({ timeout: 90_000 });
      await person.at('storage-test-result').getByText(language.fails).waitFor();
      const failed = person.page.locator('[data-testid^=check-][data-state=failed]');
      assert.equal(await failed.count(), 1);
      assert.equal(await failed.getAttribute('data-testid'), `check-${step}`);
      const notTried = await person.page.locator('[data-testid^=check-][data-state=skipped]').count();
      assert.ok(notTried >= 4, 'what needs this step is not tried');
      return failed.innerText();
    }

    test('page Storages, Add storage, QingStor; the zones are measured and the closest one fills the field', async () => {
      const { page } = person;
      await page.keyboard.press('g');
      await page.keyboard.press('s');
      await page.waitForURL(/\/storages$/);
      await person.at('storage-add-first').click();
      await person.at('storage-type-qingstor').click();
      await person.at('storage-form-name').fill(storageName);
      await put('accessKeyId', KEY.accessKeyId);
      await put('secretAccessKey', KEY.secretAccessKey);
      await put('endpoint', endpointAt(server.port));
      await put('bucket', BUCKET);
      await put('prefix', language.locale);
      await person.at('storage-zones').click();
      await person.at(`storage-zone-${ZONE}`).getByRole('button').click();
      const zone = person.at('storage-form-zone');
      assert.equal(await zone.locator('input').or(zone).last().inputValue(), ZONE);
      await person.look(`storages-${language.locale}-1-form`);
    });

    test('the four troubles of the guide tell their cause and what to do, before anything is saved', async () => {
      await put('secretAccessKey', 'not-the-secret');
      assert.match(await failsAt('signature'), language.wrongSecret);
      await put('secretAccessKey', KEY.secretAccessKey);

      await put('zone', 'pek3a');
      assert.match(await failsAt('bucket'), language.wrongZone);
      await put('zone', ZONE);

      await put('endpoint', endpointAt(1));
      assert.match(await failsAt('connect'), language.wrongEndpoint);
      await put('endpoint', endpointAt(server.port));

      await put('bucket', 'no-such-bucket');
      assert.match(await failsAt('bucket'), language.noBucket);
      await person.look(`storages-${language.locale}-2-trouble`);
      await put('bucket', BUCKET);
    });

    test('Test Connection passes step by step, and leaves nothing behind; Save, and it is ready', async () => {
      const { page } = person;
      await person.at('storage-test').click();
      await page.locator('[data-testid=storage-test-result][data-state=passed]').waitFor({ timeout: 90_000 });
      await person.at('storage-test-result').getByText(language.works).waitFor();
      for (const step of [
        'resolve',
        'connect',
        'tls',
        'clock',
        'signature',
        'bucket',
        'list',
        'write',
        'read',
        'multipart',
      ])
        await page.locator(`[data-testid=check-${step}][data-state=passed]`).waitFor();
      await page.locator('[data-testid=check-cleanup][data-state=passed]').waitFor();
      await person.look(`storages-${language.locale}-3-passes`);
      assert.deepEqual((await bucket.list({ prefix: language.locale })).objects, []);
      await person.at('storage-save').click();
      const row = person.at(`storage-row-${storageName}`);
      await row.locator('[data-state=ready]').getByText(language.ready).waitFor();
      await person.look(`storages-${language.locale}-4-list`);
      await row.getByTestId('storage-open').click();
      await person.at('overview-tab').waitFor();
    });

    test('files are uploaded by button and by drop, are browsed, and are what they were', async () => {
      const { page } = person;
      await person.at('storage-tab-objects').click();
      const report = Buffer.from('quarterly numbers');
      const large = Buffer.alloc(9 * 1024 * 1024, 7);
      await person.at('upload-files-input').setInputFiles([
        { name: '报告 2026.txt', mimeType: 'text/plain', buffer: report },
        { name: 'large.bin', mimeType: 'application/octet-stream', buffer: large },
      ]);
      await person.at('object-row-large.bin').waitFor();
      await person.at('object-row-报告 2026.txt').click();
      const md5 = createHash('md5').update(report).digest('hex');
      await person.at('object-details').getByText(md5).waitFor();
      const dropped = await page.evaluateHandle(DROPPED);
      await person.at('drop-zone').dispatchEvent('drop', { dataTransfer: dropped });
      await person.at('collision-skip').click();
      await person.at('object-row-dropped.txt').waitFor();
      await person.look(`storages-${language.locale}-5-objects`);
      const stored = await bucket.list({ prefix: `${language.locale}/` });
      assert.deepEqual(
        stored.objects.map(({ key, size }) => `${key} ${size}`).sort(),
        [`dropped.txt 7`, `large.bin ${large.length}`, `报告 2026.txt ${report.length}`].map(
          (each) => `${language.locale}/${each}`,
        ),
      );
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        person.at('object-row-报告 2026.txt').getByTestId('object-download').click(),
      ]);
      assert.equal(download.suggestedFilename(), '报告 2026.txt');
    });

    test('a folder is copied and deleted as operations, by its name typed', async () => {
      await person.at('object-row-dropped.txt').locator('input').check();
      await person.at('objects-copy').click();
      await person.at('copy-prefix').fill('copies');
      await person.at('copy-ok').click();
      await person.at('object-row-copies').waitFor();
      await person.at('object-row-copies').click();
      await person.page.waitForURL(/prefix=copies/);
      await person.at('object-row-dropped.txt').waitFor();
      await person.page.keyboard.press('Backspace');
      await person.page.waitForURL((place) => !place.searchParams.has('prefix'));
      await person.at('object-row-copies').getByTestId('object-delete').click();
      assert.ok(await person.at('confirm-ok').isDisabled(), 'a folder is not deleted by a click');
      await person.at('confirm-name').fill('copies');
      await person.at('confirm-ok').click();
      await person.at('object-row-copies').waitFor({ state: 'detached' });
      const left = await bucket.list({ prefix: `${language.locale}/copies/` });
      assert.deepEqual(left.objects, []);
    });

    test('the bucket has a policy to paste, and the storage can be renamed', async () => {
      const { page } = person;
      await person.at('storage-tab-buckets').click();
      await person.at(`bucket-row-${BUCKET}`).getByTestId('bucket-policy').click();
      await person.at('policy-dialog').getByText(`"${BUCKET}/${language.locale}/*"`).waitFor();
      await person.at('policy-note').waitFor();
      await page.keyboard.press('Escape');
      await person.at('policy-dialog').waitFor({ state: 'hidden' });
      await person.at('storage-edit').click();
      await person.at('storage-form-name').fill('Renamed');
      await person.at('storage-save').click();
      await page.getByRole('heading', { name: 'Renamed' }).waitFor();
      await person.look(`storages-${language.locale}-6-renamed`);
      assert.deepEqual(person.complaints, []);
    });
  });
}
