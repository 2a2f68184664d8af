import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import type { Browser, BrowserContext } from 'playwright-core';
import { CALM, openBrowser, Person, tellWhatWasSeen } from './lib/browser.ts';
import { CHECKOUT, Started } from './lib/checkout.ts';

const PASSWORD = 'four random words here';

/** What is in a zip archive, by names as UTF-8, read from its directory at the end. */
function unzip(archive: Buffer): Map<string, string> {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const found = new Map<string, string>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field));
    const name = archive.toString('utf8', at + 46, at + 46 + Number(nameLength));
    const place = archive.readUInt32LE(at + 42);
    const start = place + 30 + archive.readUInt16LE(place + 26) + archive.readUInt16LE(place + 28);
    const data = archive.subarray(start, start + archive.readUInt32LE(at + 20));
    const isPacked = archive.readUInt16LE(at + 10) === 8;
    if (!name.endsWith('/')) found.set(name, (isPacked ? inflateRawSync(data) : data).toString());
    at += 46 + Number(nameLength) + Number(extraLength) + Number(commentLength);
  }
  return found;
}

describe('backups in the console: what is done on a bad day', () => {
  let folder: string;
  let source: string;
  let browser: Browser;
  let sampan: Started;
  let context: BrowserContext;
  let person: Person;
  tellWhatWasSeen(() => person);
  let planUrl: string;

  /** What is not tried here is made by the API, as the person who is signed in. */
  async function send<T>(method: string, route: string, body?: object): Promise<T> {
    const answer = await person.page.request.fetch(new URL(`/api/v1${route}`, person.page.url()).href, {
      method,
      ...(body && { data: body }),
      headers: { origin: new URL(person.page.url()).origin },
    });
    assert.ok(answer.ok(), `${method} ${route}: ${answer.status()} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sampan-console-'));
    source = path.join(folder, 'website');
    await mkdir(path.join(source, '图片 集'), { recursive: true });
    await writeFile(path.join(source, '图片 集', '照片 一.txt'), '一张照片');
    await writeFile(path.join(source, 'index.html'), '<p>one</p>');
    await writeFile(path.join(source, 'gone.txt'), 'gone');
    await writeFile(path.join(source, 'film.bin'), randomBytes(300_000));
    for (const name of ['near', 'far']) await mkdir(path.join(folder, name));
    browser = await openBrowser();
    sampan = new Started(CHECKOUT, { SAMPAN_ADMIN_PASSWORD: PASSWORD, SAMPAN_BACKUP_ROOTS: folder });
    const url = await sampan.url();
    context = await browser.newContext({
      ...{ viewport: { width: 1280, height: 900 }, locale: 'en-US', timezoneId: 'Asia/Shanghai' },
      ...{ acceptDownloads: true, ...CALM },
    });
    person = await Person.in(context);
    await person.logIn(url, 'admin', PASSWORD);
    const storages: string[] = [];
    for (const name of ['near', 'far']) {
      const options = { folder: path.join(folder, name) };
      storages.push((await send<{ id: string }>('POST', '/storages', { name, type: 'local', options })).id);
    }
    const [storageId, mirror] = storages;
    const plan = await send<{ id: string }>('POST', '/plans', {
      ...{ name: 'Website', sources: { paths: [source] }, schedule: { kind: 'manual' }, runNow: true },
      ...{ storageId, mirrors: [{ storageId: mirror }] },
    });
    planUrl = new URL(`/plans/${plan.id}`, url).href;
  });
  after(async () => {
    await context?.close();
    await browser?.close();
    await sampan?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  const look = (name: string) => person.look(`console-${name}`);

  test('the first backup is made and copied to the mirror', async () => {
    const { page } = person;
    await page.goto(planUrl);
    await page.locator('[data-testid^=backup-row-]').waitFor({ timeout: 90_000 });
    await page.goto(`${planUrl}?tab=mirrors`);
    await person.at('mirrors-tab').getByText('Up to date').waitFor({ timeout: 90_000 });
  });

  test('a file that was changed and one that was deleted come back to where they were', async () => {
    const { page } = person;
    await writeFile(path.join(source, 'index.html'), '<p>broken by somebody</p>');
    await rm(path.join(source, 'gone.txt'));
    await page.goto(planUrl);
    await person.at('plan-restore').click();
    await person.at('restore-where').getByText('Where things were').click();
    assert.ok(await person.at('restore-delete').isDisabled(), 'a whole backup deletes nothing where things were');
    await person.at('restore-preview').click();
    await page.locator('[data-testid=restore-preview-result][data-state=succeeded]').waitFor({ timeout: 90_000 });
    await look('1-preview');
    const counts = async (action: string) => (await person.at(`restore-${action}`).locator('b').innerText()).trim();
    assert.equal(await counts('overwritten'), '1');
    assert.equal(await counts('new'), '1', 'folders that are there are not new');
    await person.at('restore-overwrites').waitFor();
    await person.at('restore-preview-result').getByText(`${source}/index.html`).waitFor();
    assert.equal(await readFile(path.join(source, 'index.html'), 'utf8'), '<p>broken by somebody</p>');
    await person.at('restore-start').click();
    await person.at('restore-result').waitFor({ timeout: 90_000 });
    await look('2-restored');
    assert.equal(await readFile(path.join(source, 'index.html'), 'utf8'), '<p>one</p>');
    assert.equal(await readFile(path.join(source, 'gone.txt'), 'utf8'), 'gone');
    await person.at('restore-close').click();
  });

  test('a folder is downloaded as an archive that unpacks, with the names it had', async () => {
    const { page } = person;
    await person.at('backup-open').click();
    for (const part of source.split('/').filter(Boolean)) await person.at(`node-row-${part}`).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      person.at('node-row-图片 集').getByTestId('node-zip').click(),
    ]);
    assert.equal(download.suggestedFilename(), '图片 集.zip');
    const files = unzip(await readFile(await download.path()));
    assert.deepEqual([...files], [['图片 集/照片 一.txt', '一张照片']]);
  });

  test('when the first repository is lost, the person is told why and reads from the mirror', async () => {
    const { page } = person;
    await page.goto(planUrl);
    await rename(path.join(folder, 'near'), path.join(folder, 'away'));
    try {
      const target = path.join(folder, 'restored');
      await person.at('plan-restore').click();
      await person.at('restore-target').fill(target);
      await person.at('restore-preview').click();
      const failed = page.locator('[data-testid=restore-preview-result][data-state=failed]');
      await failed.getByText('The folder of this storage is not there').waitFor({ timeout: 90_000 });
      await look('4-first-fails');
      await person.at('restore-other-place').click();
      await page.locator('[data-testid=restore-preview-result][data-state=succeeded]').waitFor({ timeout: 90_000 });
      await person.at('restore-start').click();
      await person.at('restore-result').waitFor({ timeout: 90_000 });
      assert.equal(await readFile(path.join(target, source, 'index.html'), 'utf8'), '<p>one</p>');
    } finally {
      await rename(path.join(folder, 'away'), path.join(folder, 'near'));
    }
    await person.at('restore-close').click();
  });

  test('a backup that is pinned is not deleted; unpinned, it is, and what was typed is not lost by Escape', async () => {
    const { page } = person;
    await person.at('plan-run').click();
    const rows = page.locator('[data-testid^=backup-row-]');
    await rows.nth(1).waitFor({ timeout: 90_000 });
    await page.locator('[data-testid=run-card][data-run-state=succeeded]').waitFor({ timeout: 90_000 });
    // By its id: another place in the list is another backup.
    const oldest = person.at(String(await rows.nth(1).getAttribute('data-testid')));
    await oldest.getByTestId('backup-edit').click();
    await person.at('backup-title').fill('Before the upgrade');
    await page.keyboard.press('Escape');
    // Opening, it stands still in full size, and then grows from a point: a click in between is lost.
    const asked = page.locator('.ant-modal-confirm:not([class*=ant-zoom])');
    await asked.getByRole('button', { name: 'Keep editing' }).click();
    await asked.waitFor({ state: 'detached' });
    await person.at('backup-save').click();
    await oldest.getByText('Before the upgrade').waitFor();
    await oldest.getByTestId('backup-pin').click();
    await oldest.getByTestId('backup-unpin').waitFor();
    const remove = oldest.getByTestId('backup-delete');
    assert.ok(await remove.isDisabled());
    assert.match(String(await remove.getAttribute('title')), /unpin it first/);
    await look('3-pinned');
    await oldest.getByTestId('backup-unpin').click();
    await oldest.getByTestId('backup-pin').waitFor();
    await remove.click();
    await person.at('confirm-name').fill('Website');
    await person.at('confirm-ok').click();
    await oldest.waitFor({ state: 'detached', timeout: 90_000 });
    assert.equal(await rows.count(), 1);
  });

  test('a repository from elsewhere is adopted: not with a wrong password, which leaves nothing behind', async () => {
    const { page } = person;
    const { items } = await send<{ items: { id: string; folder: string; storageName: string }[] }>(
      'GET',
      '/repositories',
    );
    const own = items.find(({ storageName }) => storageName === 'near');
    assert.ok(own);
    const { password } = await send<{ password: string }>('POST', `/repositories/${own.id}/recovery-sheet`);
    await cp(path.join(folder, 'near', own.folder), path.join(folder, 'far', 'elsewhere'), { recursive: true });
    await page.goto(new URL('/repositories', page.url()).href);
    await person.at('repository-adopt').click();
    await person.at('repository-form-name').fill('Elsewhere');
    await person.at('repository-form-storage').click();
    await page.locator('.ant-select-item-option', { hasText: 'far' }).click();
    await person.at('repository-form-folder').fill('elsewhere');
    await person.at('repository-form-password').fill('not its password');
    await person.at('repository-save').click();
    const field = person.at('repository-drawer').locator('.field-wrong');
    await field.getByText('The password is not that of this repository.').waitFor();
    assert.equal(await field.getByTestId('repository-form-password').count(), 1, 'it is told at the password');
    await look('5-wrong-password');
    await person.at('repository-form-password').fill(password);
    await person.at('repository-save').click();
    await page.locator('.page-header [data-state=ready]').waitFor({ timeout: 90_000 });
    await person.at('repository-tab-snapshots').click();
    await page.locator('[data-testid^=snapshot-]').first().waitFor();
    await look('6-adopted');
    await page.goto(new URL('/repositories', page.url()).href);
    await person.at('repository-row-Elsewhere').waitFor();
    assert.equal(await page.locator('[data-testid^=repository-row-]').count(), 3);
  });

  test('damage that a drill found is told where one relies on the repository, and a restore takes the mirror', async () => {
    const { page } = person;
    const packs = (await readdir(path.join(folder, 'near'), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && /\/data\/../.test(entry.parentPath))
      .map((entry) => path.join(entry.parentPath, entry.name));
    const sizes = new Map(await Promise.all(packs.map(async (file) => [file, (await stat(file)).size] as const)));
    const [largest = ''] = packs.sort((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
    const content = await readFile(largest);
    const middle = content.length >> 1;
    const flip = async () => {
      content[middle] = (content[middle] ?? 0) ^ 1;
      await writeFile(largest, content);
    };
    await chmod(largest, 0o600);
    await flip();
    await page.goto(planUrl);
    assert.equal(await person.at('plan-damaged').count(), 0);
    await send('POST', `${new URL(planUrl).pathname}/drill`);
    await person.at('plan-damaged').waitFor({ timeout: 90_000 });
    await look('7-plan-damaged');
    await person.at('plan-restore').click();
    await person.at('restore-place').getByText('(mirror)').waitFor();
    assert.equal(await person.at('restore-damaged').count(), 0);
    await person.at('restore-place').click();
    await page.locator('.ant-select-item-option', { hasText: '(damaged)' }).click();
    await person.at('restore-damaged').waitFor();
    await look('8-restore-damaged');
    await page.keyboard.press('Escape');
    await person.at('plan-damaged').getByRole('link').click();
    await person.at('repository-damage').getByText('A drill did not bring back what there was').waitFor();
    await look('9-repository-damaged');
    await person.at('repository-damage').getByRole('link').click();
    await page.getByText('does not bring back').first().waitFor();
    // Mended, it counts for sound when all of it was read, and the backup when it was proven again.
    await flip();
    await page.goBack();
    await person.at('repository-check').click();
    await page.locator('.page-header [data-state=ready]').waitFor({ timeout: 90_000 });
    await person.at('repository-damage').waitFor({ state: 'detached' });
    await page.goto(planUrl);
    await person.at('backup-open').click();
    await page.getByText('A drill found damage in this backup').waitFor();
    await person.at('backup-drill').click();
    await page.getByText('A drill found damage in this backup').waitFor({ state: 'detached', timeout: 90_000 });
    await person.at('backup-proven').waitFor();
    await look('10-proven-again');
    assert.deepEqual(person.complaints, []);
  });
});
