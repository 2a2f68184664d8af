import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { axeFaults, layoutFaults } from './lib/accessibility.ts';
import { CALM, openBrowser, Person, tellWhatWasSeen } from './lib/browser.ts';
import { CHECKOUT, Started } from './lib/checkout.ts';
import { DIALOGS, FORMS, type Overlay, PAGES } from './lib/console-pages.ts';

const PASSWORD = 'four random words here';
const OVERLAY = '.ant-drawer-section, .ant-modal-container';

const DESK = { viewport: { width: 1280, height: 900 }, ...CALM };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, ...CALM };
const ENGLISH = { locale: 'en-US', colorScheme: 'light' } as const;
const CHINESE = { locale: 'zh-CN', colorScheme: 'dark' } as const;

/** English texts are the longer ones; what opens over a page is looked at twice, in other colours and another width. */
const LOOKS = [
  { name: 'English in light colours', screen: { ...DESK, ...ENGLISH }, overlays: [] },
  { name: 'Chinese in dark colours', screen: { ...DESK, ...CHINESE }, overlays: DIALOGS },
  { name: 'English on a phone', screen: { ...PHONE, ...ENGLISH }, overlays: [...FORMS, ...DIALOGS] },
];

let browser: Browser;
let folder: string;
let sampan: Started;
let url: string;
const ids: Record<string, string> = {};

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sampan-accessibility-'));
  browser = await openBrowser();
  sampan = new Started(CHECKOUT, { SAMPAN_BACKUP_ROOTS: folder });
  url = await sampan.url();
});
after(async () => {
  await browser?.close();
  await sampan?.stop();
  if (folder) await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

const filled = (text: string) => text.replace(/:(\w+)/g, (_all, name: string) => ids[name] ?? '');
const setupLink = () => sampan.says(/Create the administrator: (\S+)/, 10_000);

/** What axe finds, and on a phone what does not fit. */
async function faultsOf({ page }: Person, part?: string): Promise<string[]> {
  const isPhone = page.viewportSize()?.width === PHONE.viewport.width;
  return [...(await axeFaults(page, part)), ...(isPhone ? await layoutFaults(page) : [])];
}

for (const { name, screen } of LOOKS) {
  describe(`who is not signed in and reads ${name}`, () => {
    let person: Person;
    tellWhatWasSeen(() => person);
    before(async () => {
      person = await Person.in(await browser.newContext(screen));
    });
    after(async () => {
      await person?.page.context().close();
    });

    test('finds names, roles and contrast in order where the administrator is created', async () => {
      await person.page.goto(await setupLink());
      await person.at('setup-submit').click();
      await person.page.locator('[aria-invalid=true]').first().waitFor();
      await person.look(`${name} set-up`);
      assert.deepEqual(await faultsOf(person), []);
    });

    test('finds them where one signs in, and is refused', async () => {
      await person.page.goto(new URL('/login', url).href);
      await person.at('login-username').fill('nobody');
      await person.at('login-password').fill('wrong');
      await person.at('login-submit').click();
      await person.at('login-error').waitFor();
      await person.look(`${name} log-in`);
      assert.deepEqual(await faultsOf(person), []);
    });
  });
}

/** An administrator, and one of each thing that has a page. */
async function fill(): Promise<void> {
  const source = path.join(folder, 'website');
  await mkdir(source);
  await mkdir(path.join(folder, 'store'));
  await writeFile(path.join(source, 'index.html'), '<p>one</p>');
  const person = new Person(await browser.newPage());
  const { page } = person;
  await page.goto(await setupLink());
  await person.at('setup-username').fill('admin');
  await person.at('setup-password').fill(PASSWORD);
  await person.at('setup-repeat').fill(PASSWORD);
  await person.at('setup-submit').click();
  await person.at('user-menu').waitFor();
  async function send<T>(method: string, route: string, data?: object): Promise<T> {
    const answer = await page.request.fetch(new URL(`/api/v1${route}`, url).href, {
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
  await send('POST', '/users', { username: 'somebody', role: 'operator', password: PASSWORD });
  await send('POST', '/channels', {
    ...{ name: 'Operators', type: 'webhook', options: { url: 'http://127.0.0.1:9/', secret: PASSWORD } },
  });
  await page.goto(new URL('/hosts', url).href);
  await person.at('simulated-cloud-create').click();
  await page.locator('[data-testid^=host-row-] [data-state=ready]').waitFor({ timeout: 30_000 });
  await page.goto(new URL(`/plans/${plan.id}`, url).href);
  await page.locator('[data-testid^=backup-row-]').waitFor({ timeout: 40_000 });
  const first = async (route: string) => (await send<{ items: { id: string }[] }>('GET', route)).items[0]?.id ?? '';
  Object.assign(ids, {
    ...{ folder, storage: storage.id, plan: plan.id, backup: await first('/backups') },
    repository: await first('/repositories'),
  });
  await page.context().close();
}

describe('who is signed in', () => {
  before(fill);

  for (const { name, screen, overlays } of LOOKS) {
    describe(`and reads ${name}`, () => {
      const { width, height } = screen.viewport;
      let person: Person;
      let at: string;
      tellWhatWasSeen(() => person);
      before(async () => {
        person = await Person.in(await browser.newContext(screen));
        await person.logIn(url, 'admin', PASSWORD);
        at = '/';
      });
      after(async () => {
        await person?.page.context().close();
      });

      /** As a link does: the console is loaded again only when it is there already, with what was opened over it. */
      async function go(route: string): Promise<void> {
        const { page } = person;
        if (route === at) await page.goto(new URL(filled(route), url).href);
        else await page.evaluate(`history.pushState(null, '', ${JSON.stringify(filled(route))})`);
        at = route;
        await page
          .locator(PAGES.get(route) ?? '')
          .first()
          .waitFor();
        await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      }

      async function open([route, ...steps]: Overlay): Promise<void> {
        await go(route);
        for (const step of steps) {
          if (typeof step === 'string') await person.at(step).first().click();
          else if ('until' in step) await person.at(step.until).waitFor();
          else await person.at(step.into).fill(filled(step.text));
        }
        await person.page.locator(OVERLAY).first().waitFor();
      }

      test('finds names, roles and contrast in order on every page, and the navigation marks the page', async () => {
        const found: Record<string, string[]> = {};
        for (const route of PAGES.keys()) {
          await go(route);
          await person.look(`${name} ${route.replace(/\W+/g, '-')}`);
          const wrong = await faultsOf(person);
          const marked = await person.page.locator('.sidebar [aria-current=page]').count();
          if (marked !== 1) wrong.push(`${marked} entries of the navigation are marked`);
          if (wrong.length > 0) found[route] = wrong;
        }
        assert.deepEqual(found, {});
      });

      if (overlays.length > 0)
        test('finds them in forms and dialogs', async () => {
          const found: Record<string, string[]> = {};
          for (const overlay of overlays) {
            await open(overlay);
            await person.look(`${name} ${JSON.stringify(overlay).replace(/\W+/g, '-')}`);
            const wrong = await faultsOf(person, OVERLAY);
            if (wrong.length > 0) found[JSON.stringify(overlay)] = wrong;
          }
          assert.deepEqual(found, {});
        });

      if (screen.viewport === PHONE.viewport)
        test('sees the page that was gone to, and not what covered the one before', async () => {
          await go('/');
          await person.at('operations-button').click();
          await person.at('operations-drawer').waitFor();
          await person.at('nav-open').click();
          await person.page.locator('.ant-drawer-section').getByTestId('nav-users').click();
          await person.at('user-add').click();
          await person.at('user-drawer').waitFor();
          assert.equal(await person.at('operations-drawer').count(), 0);
        });

      if (screen.viewport === DESK.viewport)
        test('finds them where things are added, and lists open where they can be seen though motion is reduced', async () => {
          const found: Record<string, string[]> = {};
          let lists = 0;
          for (const form of FORMS) {
            await open(form);
            const wrong = await faultsOf(person, OVERLAY);
            const drawer = person.page.locator(OVERLAY).first();
            for (const select of await drawer.locator('.ant-select:not(.ant-select-disabled)').all()) {
              // A field for several texts looks like a list and has none.
              if ((await select.locator('.ant-select-suffix').count()) === 0 || !(await select.isVisible())) continue;
              lists += 1;
              await select.click();
              const list = person.page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)');
              await list.waitFor();
              const box = await list.boundingBox();
              if (!box || box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height)
                wrong.push(`a list opens at ${JSON.stringify(box)}`);
              await person.page.keyboard.press('Escape');
              await list.waitFor({ state: 'hidden' });
            }
            if (wrong.length > 0) found[JSON.stringify(form)] = wrong;
          }
          assert.ok(lists >= 8, `${lists} lists`);
          assert.deepEqual(found, {});
        });

      test('nothing complained', () => {
        assert.deepEqual(person.complaints, []);
      });
    });
  }
});
