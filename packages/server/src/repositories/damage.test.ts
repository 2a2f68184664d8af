import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { Changes } from '../platform/changes.ts';
import { backupPlace } from '../testing/backup-place.ts';
import { Client } from '../testing/client.ts';
import { besides, onBothDatabases } from '../testing/databases.ts';
import { ADMIN_PASSWORD, TestServers } from '../testing/start.ts';
import { RepositoryStates } from './states.ts';

/** Flips the middle bit of the largest file below a folder; called again, it is as before. */
function flip(folder: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const [largest = ''] = files.sort((a, b) => statSync(b).size - statSync(a).size);
  const content = readFileSync(largest);
  const middle = content.length >> 1;
  content[middle] = (content[middle] ?? 0) ^ 1;
  chmodSync(largest, 0o600);
  writeFileSync(largest, content);
}

onBothDatabases('a repository that was found damaged', (makePlace) => {
  const servers = new TestServers();
  after(() => servers.stopAll());

  test('is so through outages and restarts, until a check of all data finds nothing', async () => {
    const where = await makePlace();
    const place = await backupPlace(servers, where);
    writeFileSync(path.join(place.source, 'file.bin'), randomBytes(300_000));
    const plan = await place.plan({ name: 'damaged', objectiveMinutes: 60 });
    assert.equal((await place.run(plan.id)).state, 'succeeded');
    const data = path.join(place.storageFolder, 'damaged', 'data');
    flip(data);
    let { admin } = place;
    const check = async (readDataPercent: number) => {
      const { body } = await admin.post(`/repositories/${plan.repositoryId}/check`, { readDataPercent });
      return admin.finished(body.id);
    };
    const shown = async () => (await admin.get(`/repositories/${plan.repositoryId}`)).body;
    const drill = await admin.post(`/plans/${plan.id}/drill`);
    assert.equal((await admin.finished(drill.body.id)).error?.code, 'drill_failed');
    const found = await shown();
    assert.deepEqual([found.state, found.error.code], ['damaged', 'repository_damaged']);
    assert.deepEqual(
      [found.damage.foundBy, found.damage.operationId, found.damage.provenBy],
      ['drill', drill.body.id, 'all_data'],
    );
    const { body: planNow } = await admin.get(`/plans/${plan.id}`);
    assert.deepEqual([planNow.repositoryDamaged, planNow.freshness], [true, 'amber']);
    const [backup] = await place.backups(plan.id);
    assert.equal(backup.places[0].repositoryDamaged, true);

    // An outage is told first, and takes nothing back.
    renameSync(place.storageFolder, `${place.storageFolder}-away`);
    assert.equal((await check(0)).state, 'failed');
    assert.ok(['unreachable', 'refused'].includes((await shown()).state));
    renameSync(`${place.storageFolder}-away`, place.storageFolder);
    const again = await check(100);
    assert.equal(again.error?.code, 'repository_damaged');
    const foundAgain = await shown();
    assert.deepEqual([foundAgain.state, foundAgain.error.code], ['damaged', 'repository_damaged'], 'it was reached');
    assert.deepEqual([foundAgain.damage.foundBy, foundAgain.damage.operationId], ['check', again.id]);
    assert.equal(foundAgain.damage.firstFoundAt, found.damage.foundAt);
    assert.ok(foundAgain.damage.foundAt > found.damage.foundAt);
    assert.equal((await check(0)).state, 'succeeded', 'the structure is sound');
    assert.equal((await shown()).state, 'damaged');
    assert.equal((await shown()).check.isSound, false, 'what was found stays readable');
    const run = await admin.post(`/plans/${plan.id}/run`);
    assert.equal((await admin.finished(run.body.id)).state, 'succeeded');
    const { body: log } = await admin.get(`/operations/${run.body.id}/log`);
    assert.match(JSON.stringify(log), /check of .* found the repository damaged/);

    // As an earlier version kept it.
    await servers.stopAll();
    const { query } = besides(where);
    await sql`alter table repositories drop column damage`.execute(query);
    await sql`delete from kysely_migration where name = '0007-repository-damage'`.execute(query);
    await sql`update repositories set state = 'damaged', error = '{"code":"x"}'`.execute(query);
    await query.destroy();
    const server = await servers.start(where);
    admin = new Client(server.url);
    await admin.logIn('admin', ADMIN_PASSWORD);
    const upgraded = await shown();
    assert.deepEqual([upgraded.state, upgraded.error.code], ['damaged', 'repository_damaged']);
    assert.deepEqual([upgraded.damage.foundBy, upgraded.damage.provenBy], ['check', 'all_data']);

    flip(data);
    // A check that began before the damage was known may not have met it.
    const connection = besides(where);
    const changes = new Changes({ ...connection, listenUrl: null, close: async () => undefined });
    const result = { isSound: true, problems: [], readDataPercent: 100 };
    const began = { known: null, operationId: again.id };
    assert.equal(await new RepositoryStates(changes).checked(plan.repositoryId, result, began), 'kept');
    await connection.query.destroy();
    assert.equal((await shown()).state, 'damaged');
    assert.equal((await check(100)).state, 'succeeded');
    const sound = await shown();
    assert.deepEqual([sound.state, sound.damage, sound.error], ['ready', null, null]);
    const drilled = await admin.post(`/plans/${plan.id}/drill`);
    assert.equal((await admin.finished(drilled.body.id)).state, 'succeeded');
    assert.equal((await admin.get(`/plans/${plan.id}`)).body.freshness, 'green');
  });
});
