import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { changePassword, createRepository, type RepositoryAccess } from '@sampan/backup';
import { ResticFinder } from '../repositories/restic.ts';
import { type BackupPlace, backupPlace } from '../testing/backup-place.ts';
import { onPostgres } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';
import { chosenOf } from './adopt-kind.ts';

/** A repository in a folder, as others than Sampan reach it. */
async function elsewhere(folder: string, password: string): Promise<RepositoryAccess> {
  const limits = { uploadBytesPerSecond: null, downloadBytesPerSecond: null, concurrency: null };
  const storage = { type: 'local', options: { folder }, bucket: null, prefix: '', forbiddenNetworks: [], limits };
  const restic = await new ResticFinder().get();
  return { restic, storage, password, cacheFolder: path.join(folder, '..', 'cache') };
}

test('a snapshot is named by its id or its first characters, which must not fit another', () => {
  const all = ['aaaa1111aaaa', 'aaaa1111bbbb', 'cccc1111aaaa'].map((id) => ({ id }));
  assert.deepEqual(chosenOf(all, ['cccc1111', 'aaaa1111b', 'cccc1111aaaa']), [all[2], all[1]]);
  assert.throws(() => chosenOf(all, ['aaaa1111']), { code: 'several_snapshots', message: /begins with aaaa1111/ });
  assert.throws(() => chosenOf(all, ['cccc1111', 'cccc1111b']), { code: 'not_in_backup', message: /cccc1111b/ });
});

onPostgres('a new machine with the storage and the recovery sheet', (makePlace) => {
  const servers = new TestServers();
  let lost: BackupPlace;

  before(async () => {
    lost = await backupPlace(servers, await makePlace());
    await writeFile(path.join(lost.source, 'precious.txt'), 'precious');
  });
  after(() => servers.stopAll());

  test('adopts the repository, its backups, and restores; a wrong password is told, and a forgotten one given', async () => {
    const plan = await lost.plan({ name: 'lost' });
    assert.equal((await lost.run(plan.id)).state, 'succeeded');
    await writeFile(path.join(lost.source, 'later.txt'), 'later');
    assert.equal((await lost.run(plan.id)).state, 'succeeded');
    const { body: sheet } = await lost.admin.post(`/repositories/${plan.repositoryId}/recovery-sheet`);
    await lost.server.stop();

    const found = await backupPlace(servers, await makePlace());
    await rm(found.storageFolder, { recursive: true });
    await cp(lost.storageFolder, found.storageFolder, { recursive: true });
    const wish = { name: 'found', storageId: found.storageId, folder: 'lost', adopt: true };
    const missing = await found.admin.post('/repositories', wish);
    assert.equal(missing.status, 400);
    const wrong = await found.admin.post('/repositories', { ...wish, password: 'wrong' });
    assert.deepEqual([wrong.status, wrong.body.code], [409, 'wrong_repository_password']);
    const nothing = await found.admin.post('/repositories', { ...wish, folder: 'none', password: sheet.password });
    assert.equal(nothing.body.code, 'repository_not_found');
    assert.deepEqual(
      (await found.admin.get('/repositories')).body.items,
      [],
      'a failed adoption leaves nothing behind',
    );
    const { body: repository } = await found.admin.post('/repositories', { ...wish, password: sheet.password });
    await found.admin.until(`/repositories/${repository.id}`, (body) => body.state === 'ready');
    const { body: snapshots } = await found.admin.get(`/repositories/${repository.id}/snapshots`);
    assert.deepEqual(
      snapshots.items.map((each: { backupId: string | null }) => each.backupId),
      [null, null],
    );
    await mkdir(found.source, { recursive: true });
    const taken = await found.plan({ name: 'taken over', repositoryId: repository.id });
    const one = String(snapshots.items[0].id);
    for (const [snapshotIds, code] of [
      [[one.slice(0, 8), `${one.slice(0, 8)}0000${'0'.repeat(52)}`], 'not_in_backup'],
      [[one.slice(0, 8)], null],
    ] as const) {
      const { body } = await found.admin.post(`/plans/${taken.id}/adopt`, { snapshotIds });
      assert.equal((await found.admin.finished(body.id)).error?.code ?? null, code);
    }
    const adopted = await found.admin.post(`/plans/${taken.id}/adopt`);
    const ended = await found.admin.finished(adopted.body.id);
    assert.deepEqual(ended.result, { adopted: 1, known: 1 }, JSON.stringify(ended.error));
    const backups = await found.backups(taken.id);
    assert.equal(backups.length, 2);
    await found.admin.until(`/backups/${backups[0].id}`, (body) => body.isIndexed);
    const { body: files } = await found.admin.get(
      `/backups/${backups[0].id}/files?path=${encodeURIComponent(lost.source)}`,
    );
    assert.deepEqual(
      files.items.map((each: { name: string }) => each.name),
      ['later.txt', 'precious.txt'],
    );
    const target = path.join(found.base, 'back');
    const restore = await found.admin.post('/restores', { backupId: backups[1].id, target });
    assert.equal((await found.admin.finished(restore.body.id)).state, 'succeeded');
    assert.equal(await readFile(path.join(target, lost.source, 'precious.txt'), 'utf8'), 'precious');
    const again = await found.admin.post(`/plans/${taken.id}/adopt`);
    assert.deepEqual((await found.admin.finished(again.body.id)).result, { adopted: 0, known: 2 });

    // As after an older copy of Sampan's database was put back: the password was changed since.
    const folder = path.join(found.storageFolder, 'lost');
    await changePassword(await elsewhere(folder, sheet.password), 'the one since then');
    const password = `/repositories/${repository.id}/password`;
    const rotation = await found.admin.post(password);
    assert.equal((await found.admin.finished(rotation.body.id)).error.code, 'wrong_repository_password');
    assert.equal((await found.admin.get(`/repositories/${repository.id}`)).body.state, 'refused');
    const guess = await found.admin.request('PUT', password, { password: 'a guess' });
    assert.deepEqual([guess.status, guess.body.code], [409, 'wrong_repository_password']);
    assert.equal((await found.admin.get(`/repositories/${repository.id}`)).body.state, 'refused');
    const lines = await found.admin.request('PUT', password, { password: 'two\nlines' });
    assert.deepEqual([lines.status, lines.body.fields[0].field], [400, 'password']);
    const told = await found.admin.request('PUT', password, { password: 'the one since then' });
    assert.deepEqual([told.status, told.body.state], [200, 'ready'], JSON.stringify(told.body));
    const { body: audit } = await found.admin.get('/audit-events?action=repository.set_password');
    assert.deepEqual(
      audit.items.map((each: { result: string; code: string | null }) => [each.result, each.code]),
      [
        ['succeeded', null],
        ['failed', 'wrong_repository_password'],
      ],
    );
    assert.doesNotMatch(JSON.stringify(audit), /since then|a guess/);
    assert.equal((await found.admin.get(`/repositories/${repository.id}/snapshots`)).body.items.length, 2);
    const { body: current } = await found.admin.post(`/repositories/${repository.id}/recovery-sheet`);
    assert.equal(current.password, 'the one since then');

    await rename(folder, `${folder}-aside`);
    await mkdir(folder);
    await createRepository(await elsewhere(folder, 'of another'));
    const other = await found.admin.request('PUT', password, { password: 'of another' });
    assert.deepEqual([other.status, other.body.code], [409, 'repository_exists']);
  });
});
