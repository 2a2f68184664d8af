import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { openDatabase } from '../packages/server/src/platform/database/open.ts';
import { axeFaults, layoutFaults } from './lib/accessibility.ts';
import { CALM, openBrowser, Person, tellWhatWasSeen } from './lib/browser.ts';
import { CHECKOUT, Started } from './lib/checkout.ts';

const PASSWORD = 'four random words here';
const COPIED_AT = Date.UTC(2026, 10, 20, 4, 0);
const DESK = { viewport: { width: 1280, height: 900 }, timezoneId: 'Asia/Shanghai', ...CALM };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, ...CALM };
const DIALOG = '.ant-modal-container';

/** As a plan leaves it in the copies that it makes of the database. */
async function makeCopy(dataFolder: string): Promise<void> {
  const database = await openDatabase({ dataFolder, databaseUrl: null });
  const value = JSON.stringify({ copiedAt: COPIED_AT });
  await database.query.insertInto('properties').values({ name: 'copied_from', value }).execute();
  await database.close();
}

describe('Sampan itself in the console: servers, the keys of secrets, and taking over', () => {
  let folder: string;
  let browser: Browser;
  let sampan: Started;
  let url: string;
  let admin: Person;
  let reader: Person;
  let chinese: Person;
  let seen: Person;
  tellWhatWasSeen(() => seen);

  async function signIn(username: string, screen: BrowserContextOptions): Promise<Person> {
    const person = await Person.in(await browser.newContext(screen));
    await person.logIn(url, username, PASSWORD);
    return person;
  }

  async function lookAt(person: Person, name: string, part?: string): Promise<void> {
    seen = person;
    await person.look(`system-${name}`);
    const faults = await axeFaults(person.page, part);
    if (person === reader) faults.push(...(await layoutFaults(person.page)));
    assert.deepEqual(faults, [], name);
  }

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sampan-system-'));
    await makeCopy(path.join(folder, 'data'));
    browser = await openBrowser();
    sampan = new Started(CHECKOUT, { SAMPAN_ADMIN_PASSWORD: PASSWORD, SAMPAN_DATA: path.join(folder, 'data') });
    url = await sampan.url(60_000);
    admin = await signIn('admin', { ...DESK, locale: 'en-US', colorScheme: 'light' });
    seen = admin;
    const made = await admin.page.request.post(new URL('/api/v1/users', url).href, {
      data: { username: 'reader', role: 'read_only', password: PASSWORD },
      headers: { origin: new URL(url).origin },
    });
    assert.equal(made.status(), 201);
    reader = await signIn('reader', { ...PHONE, locale: 'en-US', colorScheme: 'light' });
    chinese = await signIn('admin', { ...DESK, locale: 'zh-CN', colorScheme: 'dark' });
  });
  after(async () => {
    await browser?.close();
    await sampan?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  test('a server on a copy of its database says so above every page, and from the first moment of it', async () => {
    const { page } = reader;
    seen = reader;
    await page.addInitScript(`new MutationObserver(() => {
      if (document.querySelector('.page-header'))
        window.cameWith ??= document.querySelector('[data-testid=standby-banner]') !== null;
    }).observe(document, { subtree: true, childList: true })`);
    await page.goto(new URL('/system', url).href);
    await page.locator('[data-testid^=server-row-]').waitFor();
    assert.equal(await page.evaluate('window.cameWith'), true);
    assert.equal(await reader.at('take-over').count(), 0, 'a reader is not offered what would be refused');
    await chinese.at('standby-banner').getByText('待命').waitFor();
    assert.match(await chinese.at('standby-banner').innerText(), /2026年11月20日/);
    await lookAt(chinese, '1-standby-zh');
    await admin.page.goto(new URL('/plans', url).href);
    assert.match(await admin.at('standby-banner').innerText(), /a backup of its database, made Nov 20, 2026/);
  });

  test('who may only read sees the servers, and nothing of the keys', async () => {
    await lookAt(reader, '2-reader');
    assert.equal(await reader.page.locator('[data-testid^=server-row-]').count(), 1);
    assert.equal(await reader.at('secret-key').count(), 0);
    assert.equal(await reader.at('recovery-key').count(), 0);
    await reader.at('equivalent').locator('summary').click();
    assert.equal(await reader.at('equivalent').locator('pre').first().innerText(), 'sampan system show');
  });

  test('an administrator lets it take over when the other server is gone, and everybody sees it at once', async () => {
    seen = admin;
    await admin.at('take-over').click();
    assert.ok(await admin.at('take-over-ok').isDisabled());
    await admin.at('take-over-stopped').click();
    await lookAt(admin, '3-take-over', DIALOG);
    await admin.at('take-over-ok').click();
    for (const person of [admin, reader, chinese]) await person.at('standby-banner').waitFor({ state: 'detached' });
  });

  let recoveryKey = '';

  test('the first steps lead to the recovery key, which is shown once and not lost by a slip', async () => {
    const { page } = admin;
    await admin.page.goto(url);
    const step = admin.at('checklist').locator('li', { hasText: 'Make a recovery key' });
    await step.waitFor();
    assert.doesNotMatch((await step.getAttribute('class')) ?? '', /step-done/);
    await admin.at('nav-system').click();
    await admin.page.locator('[data-testid=recovery-key-state][data-state=none]').waitFor();
    await lookAt(admin, '4-no-recovery-key');
    await admin.at('recovery-key-make').click();
    await lookAt(admin, '5-make', DIALOG);
    await admin.at('recovery-key-make-ok').click();
    recoveryKey = (await admin.at('recovery-key-text').textContent()) ?? '';
    assert.match(recoveryKey, /^AGE-SECRET-KEY-1[A-Z0-9]{58}$/);
    await lookAt(admin, '6-shown', DIALOG);
    await page.keyboard.press('Escape');
    await page.evaluate('history.back()');
    await page.getByRole('button', { name: 'Stay' }).click();
    await admin.at('recovery-key-text').waitFor();
    assert.match(page.url(), /\/system$/);
    await page.emulateMedia({ media: 'print' });
    await admin.look('system-7-printed');
    const sheet = await page.locator('body > .print-only').innerText();
    assert.ok(sheet.replace(/\s/g, '').includes(recoveryKey) && sheet.includes(new URL(url).origin), sheet);
    assert.equal(await admin.at('recovery-key-text').isVisible(), false);
    await page.emulateMedia({ media: 'screen' });
    assert.ok(await admin.at('recovery-key-done').isDisabled());
    await admin.at('recovery-key-kept').click();
    await admin.at('recovery-key-done').click();
    await page.locator('[data-testid=recovery-key-state][data-state=unchecked]').waitFor();
    assert.ok(!(await page.content()).includes(recoveryKey));
    await admin.at('nav-overview').click();
    await admin.at('checklist').locator('.checklist-step-done', { hasText: 'Make a recovery key' }).waitFor();
  });

  test('a recovery key with a wrong letter is told from the right one, as it was typed from paper', async () => {
    await admin.at('nav-system').click();
    await admin.at('recovery-key-check').click();
    const typed = admin.at('recovery-key-typed');
    const last = recoveryKey.at(-1) === 'Q' ? 'P' : 'Q';
    await typed.fill(recoveryKey.slice(0, -1) + last);
    await typed.press('Enter');
    await admin.page.getByText('a letter is wrong').waitFor();
    await lookAt(admin, '8-wrong', DIALOG);
    await typed.fill(recoveryKey.toLowerCase().replace(/(.{20})/g, '$1 \n'));
    await admin.at('recovery-key-check-ok').click();
    await admin.at('recovery-key-right').waitFor();
    await lookAt(admin, '9-right', DIALOG);
    await admin.page.keyboard.press('Enter');
    await admin.page.locator('[data-testid=recovery-key-state][data-state=checked]').waitFor();
  });

  test('the secret key is changed while it is watched, and one that was replaced opens nothing more', async () => {
    const { page } = admin;
    const section = admin.at('secret-key');
    const before = (await admin.at('secret-key-id').innerText()).trim();
    await admin.at('secret-key-change').click();
    await lookAt(admin, '10-change', DIALOG);
    await admin.at('secret-key-change-ok').click();
    await section.locator('[data-testid^=operation-][data-state=succeeded]').waitFor({ timeout: 30_000 });
    await admin.at('secret-key-id').filter({ hasNotText: before }).waitFor();
    await lookAt(admin, '11-changed');
    await admin.at('recovery-key-make').click();
    await admin.look('system-12-replace');
    await admin.at('recovery-key-make-ok').click();
    await admin.at('recovery-key-kept').click();
    await admin.at('recovery-key-done').click();
    await page.locator('[data-testid=recovery-key-state][data-state=unchecked]').waitFor();
    await admin.at('recovery-key-check').click();
    await admin.at('recovery-key-typed').fill(recoveryKey);
    await admin.at('recovery-key-check-ok').click();
    await page.getByText('belongs to another server, or was replaced').waitFor();
  });

  test('somebody who reads Chinese reads no English', async () => {
    const { page } = chinese;
    seen = chinese;
    await chinese.at('nav-system').click();
    await chinese.at('secret-key').locator('.operation-card-title').click();
    await chinese.at('secret-key').getByText('重新加密已有内容').waitFor();
    const readsChinese = async (place: string) =>
      assert.doesNotMatch(await page.locator(place).innerText(), /[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}/, place);
    await readsChinese('.system-page');
    await lookAt(chinese, '13-zh');
    for (const dialog of ['secret-key-change', 'recovery-key-check', 'recovery-key-make']) {
      await chinese.at(dialog).click();
      await lookAt(chinese, `14-zh-${dialog}`, DIALOG);
      await readsChinese(DIALOG);
      await page.keyboard.press('Escape');
      await page.locator(DIALOG).waitFor({ state: 'detached' });
    }
    await chinese.at('nav-operations').click();
    await page.getByRole('link', { name: 'Sampan', exact: true }).click();
    await chinese.at('secret-key').waitFor();
    seen = reader;
    await reader.page.reload();
    await reader.page.locator('[data-testid^=server-row-]').waitFor();
  });

  test('nothing complained', () => {
    for (const person of [admin, reader, chinese]) assert.deepEqual(person.complaints, []);
  });
});
