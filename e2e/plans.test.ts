import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext } from 'playwright-core';
import { CALM, openBrowser, Person, tellWhatWasSeen } from './lib/browser.ts';
import { CHECKOUT, Started } from './lib/checkout.ts';

const PASSWORD = 'four random words here';

/** What a person reads on the way, and where. */
const LANGUAGES = [
  {
    name: 'English',
    locale: 'en-US',
    theme: 'light',
    fresh: 'Fresh',
    next: /Next:.*02:30.*·/,
    kept: /stay/,
    verified: 'Everything is restored, read back and the same.',
    proven: 'Proven',
    taken: 'This name is taken.',
    needed: 'Choose something to back up.',
    sound: /Sound/,
  },
  {
    name: '中文',
    locale: 'zh-CN',
    theme: 'dark',
    fresh: '及时',
    next: /接下来：.*02:30.*·/,
    kept: /保留/,
    verified: '已全部恢复，读回比较一致。',
    proven: '已证明',
    taken: '此名称已被使用。',
    needed: '请选择要备份的内容。',
    sound: /完好/,
  },
] as const;

let browser: Browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

for (const language of LANGUAGES) {
  describe(`the first backup, by a person who reads ${language.name}`, () => {
    let folder: string;
    let source: string;
    let sampan: Started;
    let context: BrowserContext;
    let person: Person;
    tellWhatWasSeen(() => person);

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'sampan-plans-'));
      source = path.join(folder, 'website');
      await mkdir(path.join(source, '图片'), { recursive: true });
      await mkdir(path.join(folder, 'store'));
      await writeFile(path.join(source, '图片', 'a [1].txt'), 'first');
      await writeFile(path.join(source, 'index.html'), '<p>one</p>');
      await writeFile(path.join(source, 'junk.tmp'), 'junk');
      // Large enough for the run to be seen under way, and not to be compressed away.
      await writeFile(path.join(source, 'large.bin'), crypto.getRandomValues(new Uint8Array(65_536)));
      sampan = new Started(CHECKOUT, { SAMPAN_ADMIN_PASSWORD: PASSWORD, SAMPAN_BACKUP_ROOTS: folder });
      const url = await sampan.url();
      context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        ...CALM,
        locale: language.locale,
        colorScheme: language.theme,
        timezoneId: 'Asia/Shanghai',
        acceptDownloads: true,
      });
      person = await Person.in(context);
      await person.logIn(url, 'admin', PASSWORD);
    });
    after(async () => {
      await context?.close();
      await sampan?.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    });

    const look = (name: string) => person.look(`plans-${language.locale}-${name}`);

    test('without a storage the page leads to one, and with it to the first plan', async () => {
      const { page } = person;
      await page.keyboard.press('g');
      await page.keyboard.press('b');
      await page.waitForURL(/\/plans$/);
      await person.at('plan-needs-storage').click();
      await person.at('storage-type-local').click();
      await person.at('storage-form-name').fill('Disk');
      await person.at('storage-form-folder').fill(path.join(folder, 'store'));
      await person.at('storage-save').click();
      await person.at('storage-row-Disk').locator('[data-state=ready]').waitFor();
      await person.at('nav-plans').click();
      await person.at('plan-add-first').click();
    });

    test('the form says what is missing, shows when it runs and what is kept, and makes the plan', async () => {
      const { page } = person;
      await person.at('plan-save').click();
      await person.at('plan-drawer').getByText(language.needed).waitFor();
      await person.at('plan-form-name').fill('Website');
      await person.at('plan-pick').click();
      await person.at(`picker-open-${folder}`).click();
      await person.at('picker-tick-website').check();
      await look('1-picker');
      await person.at('picker-ok').click();
      await person.at('plan-paths').getByText(source).waitFor();
      await person.at('plan-where').click();
      await page.locator('.ant-select-item-option', { hasText: 'Disk' }).click();
      await person.at('plan-schedule-next').getByText(language.next).waitFor();
      await person.at('plan-fold-excludes').click();
      await person.at('plan-excludes').fill('*.tmp');
      await person.at('plan-fold-retention').click();
      await person.at('retention-preview').getByText(language.kept).first().waitFor();
      await look('2-form');
      await person.at('plan-save').click();
      await page.waitForURL(/\/plans\/[0-9a-f]{32}/);
      await person.at('sheet-notice').waitFor();
    });

    test('the first run is followed live, and the plan is fresh', async () => {
      const { page } = person;
      await page.locator('[data-testid=run-card][data-run-state=succeeded]').waitFor({ timeout: 90_000 });
      await page.locator('.page-header [data-state=green]').getByText(language.fresh).waitFor();
      await person.at('backups-tab').locator('[data-state=complete]').waitFor();
      await look('3-plan');
    });

    test('its files are looked through, found by name, and downloaded', async () => {
      const { page } = person;
      await person.at('backup-open').first().click();
      await person.at('backup-page').waitFor();
      for (const part of source.split('/').filter(Boolean)) await person.at(`node-row-${part}`).click();
      await person.at('node-row-index.html').waitFor();
      assert.equal(await person.at('node-row-junk.tmp').count(), 0, 'what is excluded is not in the backup');
      await look('4-folder');
      await person.at('backup-find').fill('a [');
      await person.at('found-row-a [1].txt').waitFor();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        person.at('found-row-a [1].txt').getByTestId('node-download').click(),
      ]);
      assert.equal(await readFile(await download.path(), 'utf8'), 'first');
      await person.at('backup-find').fill('');
      await person.at('node-row-index.html').waitFor();
    });

    test('one file is restored elsewhere: previewed, confirmed, verified', async () => {
      const { page } = person;
      const target = path.join(folder, 'restored');
      await person.at('node-row-index.html').locator('input').check();
      await person.at('restore-selected').click();
      await person.at('restore-paths').getByText(`${source}/index.html`).waitFor();
      await person.at('restore-target').fill(target);
      await person.at('restore-preview').click();
      await page.locator('[data-testid=restore-preview-result][data-state=succeeded]').waitFor({ timeout: 90_000 });
      await person.at('restore-names-new').click();
      await person.at('restore-preview-result').getByText(`${source}/index.html`).waitFor();
      await assert.rejects(readFile(path.join(target, source, 'index.html')), 'a preview writes nothing');
      await look('5-preview');
      await person.at('restore-start').click();
      await person.at('restore-result').getByText(language.verified).waitFor({ timeout: 90_000 });
      await look('6-restored');
      assert.equal(await readFile(path.join(target, source, 'index.html'), 'utf8'), '<p>one</p>');
      await person.at('restore-close').click();
    });

    test('a drill proves it; a second backup is compared with the first', async () => {
      const { page } = person;
      await person.at('backup-plan').click();
      await person.at('plan-drill-now').click();
      await person.at('plan-tab-drills').click();
      await person
        .at('drills-tab')
        .locator('[data-state=proven]')
        .getByText(language.proven)
        .waitFor({ timeout: 90_000 });
      await look('7-drills');
      await writeFile(path.join(source, 'new.html'), '<p>new</p>');
      await person.at('plan-tab-backups').click();
      await person.at('plan-run').click();
      await page.locator('[data-testid^=backup-row-]').nth(1).waitFor({ timeout: 90_000 });
      await page.locator('[data-testid=run-card][data-run-state=succeeded]').waitFor({ timeout: 90_000 });
      for (const row of await page.locator('[data-testid^=backup-row-] input').all()) await row.check();
      await person.at('backups-compare').click();
      await person.at('compare-drawer').getByText(`${source}/new.html`).waitFor();
      await look('8-compare');
      await page.keyboard.press('Escape');
    });

    test('a plan is changed, paused and resumed; two plans cannot have one name', async () => {
      const { page } = person;
      await person.at('plan-edit').click();
      await person.at('plan-form-name').fill('Website of the shop');
      await person.at('plan-save').click();
      await page.getByRole('heading', { name: 'Website of the shop' }).waitFor();
      await person.at('plan-more').click();
      await person.at('plan-pause').click();
      await page.locator('.page-header [data-state=paused]').waitFor();
      await person.at('nav-plans').click();
      await person.at('plan-resume').click();
      await page.locator('[data-testid^=plan-row-] [data-state=green]').waitFor();
      await look('9-list');
      await person.at('plan-add').click();
      await person.at('plan-form-name').fill('website of the shop');
      await person.at('plan-path').fill(source);
      await person.at('plan-where').click();
      await page.locator('.ant-select-item-option', { hasText: '(Disk)' }).click();
      await person.at('plan-save').click();
      await person.at('plan-drawer').getByText(language.taken).waitFor();
      await page.locator('.ant-drawer-close').click();
      // Opening, it stands still in full size, and then grows from a point: a click in between is lost.
      await page.locator('.ant-modal-confirm:not([class*=ant-zoom]) .ant-btn-dangerous').click();
      await person.at('plan-drawer').waitFor({ state: 'detached' });
    });

    test('the repository is checked, and its recovery sheet is printed alone', async () => {
      const { page } = person;
      await person.at('plans-repositories').click();
      await person.at('repository-open').click();
      await person.at('repository-check').click();
      await person.at('check-result').getByText(language.sound).waitFor({ timeout: 90_000 });
      await look('10-repository');
      await person.at('repository-tab-sheet').click();
      assert.equal(await person.at('recovery-sheet').count(), 0, 'nothing is shown before it is asked for');
      await person.at('sheet-show').click();
      await person.at('recovery-sheet').getByText('restic').first().waitFor();
      await look('11-sheet');
      await page.emulateMedia({ media: 'print' });
      assert.ok(await page.locator('.print-only').isVisible());
      assert.ok(!(await person.at('repository-page').isVisible()), 'only the sheet is printed');
      await look('12-printed');
      await page.emulateMedia({ media: 'screen' });
      await person.at('repository-tab-overview').click();
      await person.at('repository-tab-sheet').click();
      assert.equal(await person.at('recovery-sheet').count(), 0, 'it is forgotten when one leaves');
    });

    test('all of it can be used on a phone', async () => {
      const { page } = person;
      await page.setViewportSize({ width: 390, height: 800 });
      await person.at('nav-open').click();
      await page.locator('.ant-drawer').getByTestId('nav-plans').click();
      await person.at('plan-open').waitFor();
      await look('13-phone-list');
      await person.at('plan-open').click();
      await person.at('backups-tab').waitFor();
      await look('14-phone-plan');
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(width <= 390, `the page is ${width} pixels wide`);
      assert.deepEqual(person.complaints, []);
    });
  });
}
