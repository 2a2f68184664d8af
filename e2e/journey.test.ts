import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext } from 'playwright-core';
import { CALM, openBrowser, Person, tellWhatWasSeen } from './lib/browser.ts';
import { CHECKOUT, Started } from './lib/checkout.ts';

const PASSWORD = 'four random words here';

const LANGUAGES = [
  {
    name: 'English',
    locale: 'en-US',
    instances: 'Instances',
    simulated: 'Simulated',
    wrong: /user name or the password/i,
    failed: 'Failed',
    theme: 'light',
  },
  {
    name: '中文',
    locale: 'zh-CN',
    instances: '实例',
    simulated: '模拟',
    wrong: /用户名或密码/,
    failed: '失败',
    theme: 'dark',
  },
] as const;

let browser: Browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

for (const language of LANGUAGES) {
  describe(`a person who reads ${language.name}`, () => {
    let sampan: Started;
    let url: string;
    let context: BrowserContext;
    let person: Person;
    tellWhatWasSeen(() => person);

    before(async () => {
      sampan = new Started(CHECKOUT);
      url = await sampan.url();
      context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        ...CALM,
        locale: language.locale,
        colorScheme: language.theme,
      });
      person = await Person.in(context);
    });
    after(async () => {
      await context?.close();
      await sampan?.stop();
    });

    test('creates the administrator by the one-time link, whose token leaves the address at once', async () => {
      const { page } = person;
      await page.goto(await sampan.says(/Create the administrator: (\S+)/, 10_000));
      await person.at('setup-username').fill('boss');
      assert.ok(!page.url().includes('#'), page.url());
      await person.at('setup-password').fill('short');
      await person.at('setup-repeat').fill('short');
      await person.at('setup-submit').click();
      await person.at('setup-password').fill(PASSWORD);
      await person.at('setup-repeat').fill(PASSWORD);
      await person.at('setup-submit').click();
      await person.at('nav-instances').waitFor();
      await person.look(`${language.locale}-1-overview`);
    });

    test('tries a simulated cloud with one click, which is marked as simulated everywhere', async () => {
      const { page } = person;
      await person.at('nav-hosts').click();
      await person.at('simulated-cloud-create').click();
      const host = page.locator('[data-testid^=host-row-]');
      await host.locator('[data-state=ready]').waitFor({ timeout: 90_000 });
      await host.getByText(language.simulated, { exact: true }).first().waitFor();
      await person.look(`${language.locale}-2-hosts`);
      await person.at('nav-instances').click();
      await page.locator('[data-testid^=instance-row-]').first().waitFor();
      await page.getByRole('heading', { name: language.instances }).first().waitFor();
      assert.ok((await page.getByText(language.simulated, { exact: true }).count()) > 10);
      await person.look(`${language.locale}-3-instances`);
    });

    test('stops, starts and restarts an instance and sees each state as the cloud reports it', async () => {
      const remoteId = await person.firstInstance('running');
      const row = person.row(remoteId);
      await row.getByTestId('instance-stop').click();
      await person.at('action-dialog').waitFor();
      await person.at('action-ok').click();
      await person.untilInstance(remoteId, 'stopping');
      await person.look(`${language.locale}-4-stopping`);
      await person.untilInstance(remoteId, 'stopped');
      await row.getByTestId('instance-start').click();
      await person.untilInstance(remoteId, 'starting');
      await person.untilInstance(remoteId, 'running');
      await row.getByTestId('instance-restart').click();
      await person.at('action-ok').click();
      await person.untilInstance(remoteId, 'restarting');
      await person.untilInstance(remoteId, 'running');
    });

    test('follows an operation in the drawer over navigation, reload and a second tab', async () => {
      const { page } = person;
      const remoteId = await person.firstInstance('running');
      await person.row(remoteId).getByTestId('instance-restart').click();
      await person.at('action-ok').click();
      await person.untilInstance(remoteId, 'restarting');
      const isOpen = await person.at('operations-drawer').isVisible();
      if (!isOpen) await person.at('operations-button').click();
      const running = person.at('operations-drawer').locator('[data-state=running]').first();
      await running.waitFor();
      await person.look(`${language.locale}-5-drawer`);
      await person.at('nav-hosts').click();
      await page.reload();
      await person.at('operations-drawer').locator('[data-state]').first().waitFor();
      const second = await Person.in(context);
      await second.page.goto(new URL('/instances', url).href);
      await second.row(remoteId).waitFor();
      await second.untilInstance(remoteId, 'running');
      await person.at('operations-drawer').locator('[data-state=succeeded]').first().waitFor({ timeout: 90_000 });
      assert.deepEqual(second.complaints, []);
      await second.page.close();
      await person.at('operations-drawer-close').click();
    });

    test('finds instances by search and filter, and the address carries both', async () => {
      const { page } = person;
      await page.goto(new URL('/instances', url).href);
      await person.at('instances-search').locator('input').or(person.at('instances-search')).last().fill('主机');
      await page.waitForURL(/search=/);
      const rows = page.locator('[data-testid^=instance-row-]');
      const others = rows.filter({ hasNotText: '主机' });
      await others.first().waitFor({ state: 'detached' });
      const found = await rows.count();
      assert.ok(found > 3);
      await page.reload();
      await rows.first().waitFor();
      assert.equal(await rows.count(), found);
      await person.look(`${language.locale}-6-search`);
    });

    test('adds a host by the form of its type, and is told why a test fails before anything is saved', async () => {
      const { page } = person;
      await page.goto(new URL('/hosts', url).href);
      await person.at('host-add').click();
      await person.at('host-form-name').fill('qingzhou-01');
      const put = async (field: string, text: string) => {
        const wrapper = person.at(`host-form-${field}`);
        const isInput = (await wrapper.evaluate((element) => element.tagName)) === 'INPUT';
        await (isInput ? wrapper : wrapper.locator('input')).fill(text);
        await page.keyboard.press('Tab');
      };
      await put('endpoint', 'http://127.0.0.1:9');
      await put('region', 'cn-north-1');
      await put('accessKeyId', 'AKEXAMPLE');
      await put('accessKeySecret', 'not-a-real-secret');
      await person.at('host-test').click();
      await page.locator('[data-testid=host-test-result][data-state=failed]').waitFor({ timeout: 90_000 });
      await page.locator('[data-testid=check-connect][data-state=failed]').waitFor();
      await person.look(`${language.locale}-7-test-fails`);
      await page.keyboard.press('Escape');
    });

    test('creates an AccessKey whose secret is shown once, and it signs', async () => {
      const { page } = person;
      await page.goto(new URL('/access-keys', url).href);
      await person.at('access-key-add').click();
      await person.at('access-key-description').fill('journey');
      await person.at('access-key-create').click();
      const secret = (await person.at('access-key-secret').innerText()).trim();
      assert.match(secret, /[A-Za-z0-9]{40}/);
      await person.look(`${language.locale}-8-secret`);
      await person.at('access-key-saved').click();
      await page.reload();
      await page.getByText('journey').first().waitFor();
      assert.ok(!(await page.content()).includes(secret));
    });

    test('moves by keyboard, switches the language live, and signs out', async () => {
      const { page } = person;
      await page.locator('body').click({ position: { x: 5, y: 790 } });
      await page.keyboard.press('g');
      await page.keyboard.press('o');
      await page.waitForURL(/operations/);
      await page.locator('[data-testid^=operation-row-]').first().waitFor();
      await page.keyboard.press('?');
      await person.at('keyboard-help').waitFor();
      await page.keyboard.press('Escape');
      await person.at('nav-audit').click();
      await person.at('audit-verify').click();
      await person.at('audit-chain-valid').waitFor();
      await person
        .at('audit-filter-action')
        .locator('input')
        .or(person.at('audit-filter-action'))
        .last()
        .fill('host.test');
      await page.waitForURL(/action=host\.test/);
      await page.locator('[data-testid^=audit-row-]').filter({ hasText: language.failed }).first().click();
      await page.getByText('127.0.0.1:9', { exact: true }).waitFor();
      const other = LANGUAGES.find((each) => each !== language) ?? language;
      await person.at('language-switch').click();
      await person.at('nav-instances').getByText(other.instances).waitFor();
      await person.at('language-switch').click();
      await person.at('user-menu').click();
      await page.getByText(language.locale === 'zh-CN' ? '退出登录' : 'Sign out').click();
      await person.at('login-username').fill('boss');
      await person.at('login-password').fill('wrong');
      await person.at('login-submit').click();
      await person.at('login-error').getByText(language.wrong).first().waitFor();
      await person.look(`${language.locale}-9-login`);
      assert.deepEqual(person.complaints, []);
    });
  });
}
