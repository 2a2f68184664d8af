import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { CALM, openBrowser, Person, tellWhatWasSeen } from './lib/browser.ts';
import { CHECKOUT, Started } from './lib/checkout.ts';

const PASSWORD = 'four random words here';
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Each page of who is signed in, with what shows that it is there. */
const PAGES: [path: string, sign: string][] = [
  ['/', '.page-header'],
  ['/instances', '[data-testid^=instance-row-]'],
  ['/hosts', '[data-testid^=host-row-]'],
  ['/storages', '[data-testid^=storage-row-]'],
  ['/storages/:storage', '.page-header'],
  ['/storages/:storage?tab=objects', '[data-testid=objects-tab]'],
  ['/plans', '[data-testid^=plan-row-]'],
  ['/plans/:plan', '[data-testid^=backup-row-]'],
  ['/plans/:plan?tab=runs', '.page-header'],
  ['/backups/:backup', '.page-header'],
  ['/repositories', '[data-testid^=repository-row-]'],
  ['/repositories/:repository', '.page-header'],
  ['/notifications', '.page-header'],
  ['/operations', '.page-header'],
  ['/access-keys', '.page-header'],
  ['/users', '.page-header'],
  ['/audit', '.page-header'],
];

/** The forms that add something, by their page and the button that opens them. */
const FORMS: [path: string, button: string, choice?: string][] = [
  ['/hosts', 'host-add'],
  ['/storages', 'storage-add', 'storage-type-s3'],
  ['/plans', 'plan-add'],
  ['/repositories', 'repository-adopt'],
  ['/notifications', 'channel-add-first', 'channel-type-email'],
  ['/access-keys', 'access-key-add'],
  ['/users', 'user-add'],
];

let browser: Browser;
let folder: string;
let sampan: Started;
let url: string;
const ids = { storage: '', plan: '', backup: '', repository: '' };

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sampan-accessibility-'));
  const source = path.join(folder, 'website');
  await mkdir(source);
  await mkdir(path.join(folder, 'store'));
  await writeFile(path.join(source, 'index.html'), '<p>one</p>');
  browser = await openBrowser();
  sampan = new Started(CHECKOUT, { SAMPAN_ADMIN_PASSWORD: PASSWORD, SAMPAN_BACKUP_ROOTS: folder });
  url = await sampan.url();
  const person = new Person(await browser.newPage());
  await person.logIn(url, 'admin', PASSWORD);
  async function send<T>(method: string, route: string, data?: object): Promise<T> {
    const answer = await person.page.request.fetch(new URL(`/api/v1${route}`, url).href, {
      method,
      ...(data && { data }),
      headers: { origin: new URL(url).origin },
    });
    assert.ok(answer.ok(), `${method} ${route}: ${answer.status()} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
  const storage = await send<{ id: string }>('POST', '/storages', {
    ...{ name: 'Cellar', type: 'local', options: { folder: path.join(folder, 'store') } },
  });
  const plan = await send<{ id: string }>('POST', '/plans', {
    ...{ name: 'Website', sources: { paths: [source] }, schedule: { kind: 'manual' }, runNow: true },
    storageId: storage.id,
  });
  await person.page.goto(new URL('/hosts', url).href);
  await person.at('simulated-cloud-create').click();
  await person.page.locator('[data-testid^=host-row-] [data-state=ready]').waitFor({ timeout: 30_000 });
  await person.page.goto(new URL(`/plans/${plan.id}`, url).href);
  await person.page.locator('[data-testid^=backup-row-]').waitFor({ timeout: 40_000 });
  const first = async (route: string) => (await send<{ items: { id: string }[] }>('GET', route)).items[0]?.id ?? '';
  Object.assign(ids, {
    ...{ storage: storage.id, plan: plan.id, backup: await first('/backups') },
    repository: await first('/repositories'),
  });
  await person.page.context().close();
});
after(async () => {
  await browser?.close();
  await sampan?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

function address(route: string): string {
  return new URL(
    route.replace(/:(\w+)/, (_all, name: keyof typeof ids) => ids[name]),
    url,
  ).href;
}

for (const look of [
  { locale: 'en-US', colorScheme: 'light' },
  { locale: 'zh-CN', colorScheme: 'dark' },
] as const) {
  describe(`a person who reads ${look.locale} with a screen reader, in ${look.colorScheme} colours`, () => {
    let person: Person;
    tellWhatWasSeen(() => person);
    before(async () => {
      const context = await browser.newContext({
        ...look,
        viewport: { width: 1280, height: 900 },
        ...CALM,
      });
      person = await Person.in(context);
      await person.logIn(url, 'admin', PASSWORD);
    });
    after(async () => {
      await person?.page.context().close();
    });

    /** What axe finds wrong with what is shown, a line each. */
    async function faults(): Promise<string[]> {
      await person.page.evaluate(await readFile(AXE, 'utf8'));
      const { violations } = (await person.page.evaluate(
        `axe.run(document, { runOnly: ${JSON.stringify(RULES)} })`,
      )) as AxeResults;
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(
          ({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary?.split('\n')[1]?.trim()}`,
        ),
      );
    }

    test('finds names, roles and contrast in order on every page', async () => {
      const found: Record<string, string[]> = {};
      for (const [route, sign] of PAGES) {
        await person.page.goto(address(route));
        await person.page.locator(sign).first().waitFor();
        await person.page.locator('.skeleton').first().waitFor({ state: 'detached' });
        const wrong = await faults();
        if (wrong.length > 0) found[route] = wrong;
      }
      assert.deepEqual(found, {});
    });

    test('finds them in the forms, whose lists open where they can be seen though motion is reduced', async () => {
      const found: Record<string, string[]> = {};
      let lists = 0;
      for (const [route, button, choice] of FORMS) {
        await person.page.goto(address(route));
        await person.at(button).click();
        if (choice) await person.at(choice).click();
        const drawer = person.page.locator('.ant-drawer-section, .ant-modal-container').first();
        await drawer.waitFor();
        const wrong = await faults();
        for (const select of await drawer.locator('.ant-select:not(.ant-select-disabled)').all()) {
          // A field for several texts looks like a list and has none.
          if ((await select.locator('.ant-select-suffix').count()) === 0 || !(await select.isVisible())) continue;
          lists += 1;
          await select.click();
          const list = person.page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)');
          await list.waitFor();
          const box = await list.boundingBox();
          if (!box || box.x < 0 || box.y < 0 || box.x + box.width > 1280 || box.y + box.height > 900)
            wrong.push(`a list opens at ${JSON.stringify(box)}`);
          await person.page.keyboard.press('Escape');
          await list.waitFor({ state: 'hidden' });
        }
        if (wrong.length > 0) found[`${route} ${button}`] = wrong;
      }
      assert.ok(lists >= 8, `${lists} lists`);
      assert.deepEqual(found, {});
    });

    test('nothing complained', () => {
      assert.deepEqual(person.complaints, []);
    });
  });
}
