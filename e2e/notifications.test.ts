import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext } from 'playwright-core';
import { ChatVendors, SECRETS } from '../packages/server/src/testing/chat-vendors.ts';
import { CALM, openBrowser, Person, tellWhatWasSeen } from './lib/browser.ts';
import { CHECKOUT, Started } from './lib/checkout.ts';

const PASSWORD = 'four random words here';

interface Channels {
  items: { rules: object[]; language: string; timeZone: string }[];
}

const LANGUAGES = [
  {
    name: 'English',
    locale: 'en-US',
    theme: 'light',
    refused: /signature is not accepted/i,
    trouble: 'Host does not work: nowhere',
    received: /Host does not work: nowhere/,
    sent: 'Sent',
  },
  {
    name: '中文',
    locale: 'zh-CN',
    theme: 'dark',
    refused: /签名未被接受/,
    trouble: '主机不可用：nowhere',
    received: /主机不可用：nowhere/,
    sent: '已发送',
  },
] as const;

let browser: Browser;
const chats = new ChatVendors();
before(async () => {
  await chats.listen();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await chats.close();
});

for (const language of LANGUAGES) {
  describe(`notifications, for a person who reads ${language.name}`, () => {
    let sampan: Started;
    let url: string;
    let context: BrowserContext;
    let person: Person;
    tellWhatWasSeen(() => person);

    before(async () => {
      chats.received.length = 0;
      sampan = new Started(CHECKOUT, { SAMPAN_ADMIN_PASSWORD: PASSWORD });
      url = await sampan.url(60_000);
      context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        ...CALM,
        locale: language.locale,
        timezoneId: 'Asia/Shanghai',
        colorScheme: language.theme,
      });
      person = await Person.in(context);
      await person.logIn(url, 'admin', PASSWORD);
    });
    after(async () => {
      await context?.close();
      await sampan?.stop();
    });

    const look = (name: string) => person.look(`notifications-${language.locale}-${name}`);

    test('a robot is added: a wrong secret is told before anything is saved, the right one sends a message', async () => {
      const { page } = person;
      await person.at('nav-notifications').click();
      await person.at('channel-add-first').click();
      await look('1-types');
      await person.at('channel-type-dingtalk').click();
      const { url: robot = '', secret = '' } = chats.options('dingtalk');
      await person.at('channel-form-name').fill('Duty 值班群');
      await person.at('channel-form-url').fill(robot);
      await person.at('channel-form-secret').fill('SECwrong');
      await person.at('channel-test').click();
      await page.locator('[data-testid=channel-test-result][data-state=failed]').waitFor();
      assert.match(await person.at('check-send').innerText(), language.refused);
      await look('2-refused');
      await person.at('channel-form-secret').fill(secret);
      await person.at('channel-test').click();
      await page.locator('[data-testid=channel-test-result][data-state=passed]').waitFor();
      assert.equal(chats.of('dingtalk').length, 1);
      await look('3-form');
      await person.at('channel-save').click();
      await person.at('channel-row-Duty 值班群').waitFor();
      assert.ok(!(await page.content()).includes(SECRETS.dingtalkToken));
    });

    test('rules of one’s own choose among events and things', async () => {
      const { page } = person;
      await person.at('channel-row-Duty 值班群').getByTestId('channel-edit').click();
      await person.at('channel-rules-own').check();
      await person.at('channel-rule-0-events').click();
      await page.keyboard.type(language.locale === 'en-US' ? 'A host does not' : '主机不可用');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Escape');
      await person.at('channel-rule-0').scrollIntoViewIfNeeded();
      await look('4-rules');
      await person.at('channel-save').click();
      await person.at('channel-drawer').waitFor({ state: 'detached' });
      const { items } = (await page.evaluate("fetch('/api/v1/channels').then((answer) => answer.json())")) as Channels;
      assert.deepEqual(items[0]?.rules, [{ events: ['host.unreachable'], severity: 'warning', resources: null }]);
      assert.equal(items[0]?.language, language.locale === 'en-US' ? 'en' : 'zh-CN');
      assert.equal(items[0]?.timeZone, 'Asia/Shanghai');
    });

    test('what happens arrives, and the list says so by itself', async () => {
      const { page } = person;
      const status = await page.evaluate(async () => {
        const options = { endpoint: 'http://127.0.0.1:1', region: 'r', accessKeyId: 'a', accessKeySecret: 'b' };
        const body = JSON.stringify({ name: 'nowhere', type: 'qingzhou', options });
        const headers = { 'content-type': 'application/json' };
        return (await fetch('/api/v1/hosts', { method: 'POST', headers, body })).status;
      });
      assert.equal(status, 201);
      const row = person.at('channel-row-Duty 值班群');
      await row.locator('[data-state=sent]').waitFor();
      await look('5-list');
      assert.match(chats.of('dingtalk').at(-1)?.text ?? '', language.received);
      await row.getByText('Duty 值班群').click();
      const delivery = person.at('delivery').filter({ hasText: language.trouble }).filter({ hasText: language.sent });
      await delivery.first().waitFor();
      await look('6-deliveries');
    });

    test('all of it fits a telephone', async () => {
      const { page } = person;
      await page.setViewportSize({ width: 390, height: 844 });
      await page.reload();
      await person.at('delivery').first().waitFor();
      const fits = () => page.evaluate('document.documentElement.scrollWidth <= window.innerWidth');
      await look('7-phone-deliveries');
      assert.ok(await fits());
      await page.goto(new URL('/notifications', url).href);
      await person.at('channel-row-Duty 值班群').waitFor();
      await look('8-phone-list');
      assert.ok(await fits());
      await page.goto(new URL('/notifications?form=new&type=email', url).href);
      await person.at('channel-form-host').waitFor();
      await look('9-phone-form');
      assert.ok(await fits());
      assert.deepEqual(person.complaints, []);
    });
  });
}
