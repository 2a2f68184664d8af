import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser, Person } from './lib/browser.ts';
import { CHECKOUT, Started } from './lib/checkout.ts';

const TABS = 8;
const PASSWORD = 'four random words here';

async function openStreams(url: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  return Number(/^sampan_event_streams (\d+)$/m.exec(text)?.[1]);
}

test('eight tabs share one event stream and all show a change at once', async (t) => {
  const sampan = new Started(CHECKOUT, { SAMPAN_ADMIN_PASSWORD: PASSWORD });
  t.after(() => sampan.stop());
  const url = await sampan.url();
  const browser = await openBrowser();
  t.after(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
  const first = await Person.in(context);
  await first.logIn(url, 'admin', PASSWORD);
  await first.page.goto(new URL('/hosts', url).href);
  await first.at('simulated-cloud-create').click();
  await first.page.locator('[data-testid^=host-row-] [data-state=ready]').waitFor({ timeout: 90_000 });
  await first.page.goto(new URL('/instances', url).href);

  const tabs = [first];
  while (tabs.length < TABS) {
    const tab = await Person.in(context);
    await tab.page.goto(new URL('/instances', url).href);
    tabs.push(tab);
  }
  for (const tab of tabs) await tab.page.locator('[data-testid^=instance-row-]').first().waitFor();
  assert.equal(await openStreams(url), 1);

  const remoteId = await first.firstInstance('running');
  await first.row(remoteId).getByTestId('instance-stop').click();
  await first.at('action-ok').click();
  await Promise.all(tabs.map((tab) => tab.untilInstance(remoteId, 'stopped')));
  for (const tab of tabs) assert.deepEqual(tab.complaints, []);

  // The tab that opened the stream goes; the others still hear.
  await first.page.close();
  const rest = tabs.slice(1);
  const [next] = rest;
  assert.ok(next);
  await next.row(remoteId).getByTestId('instance-start').click();
  await Promise.all(rest.map((tab) => tab.untilInstance(remoteId, 'running')));
  assert.equal(await openStreams(url), 1);
});
