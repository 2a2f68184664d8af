import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type BackupPlace, backupPlace } from '../testing/backup-place.ts';
import { onBothDatabases } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';
import { freshnessOf, overdueAt } from './freshness.ts';
import type { PlanRow } from './tables.ts';

const MINUTE = 60_000;

function row(more: Partial<PlanRow>): PlanRow {
  return {
    ...{ paused: 0, objective_minutes: 100, objective_since: 0, last_backup_at: null, last_end_state: null },
    ...{ last_drill_state: null },
    ...more,
  } as PlanRow;
}

test('green, amber and red follow the age of the last backup, and what was last found', () => {
  const good = row({ last_backup_at: 1000 * MINUTE, last_end_state: 'succeeded' });
  assert.equal(freshnessOf(good, 1010 * MINUTE), 'green');
  assert.equal(freshnessOf(good, 1090 * MINUTE), 'amber');
  assert.equal(freshnessOf(good, 1101 * MINUTE), 'red');
  assert.equal(freshnessOf({ ...good, last_end_state: 'failed' }, 1010 * MINUTE), 'amber');
  assert.equal(freshnessOf({ ...good, last_end_state: 'partial' }, 1010 * MINUTE), 'amber');
  assert.equal(freshnessOf({ ...good, last_drill_state: 'failed' }, 1010 * MINUTE), 'amber');
  assert.equal(freshnessOf({ ...good, paused: 1 }, 5000 * MINUTE), 'paused');
  assert.equal(freshnessOf({ ...good, objective_minutes: null }, 5000 * MINUTE), 'none');
  // Without any backup it counts from when the objective was set.
  assert.equal(overdueAt(row({ objective_since: 50 * MINUTE })), 150 * MINUTE);
  assert.equal(freshnessOf(row({ objective_since: 50 * MINUTE }), 151 * MINUTE), 'red');
  assert.equal(freshnessOf(row({ objective_since: 50 * MINUTE }), 60 * MINUTE), 'amber');
});

onBothDatabases('a backup that did not happen', (makePlace) => {
  const servers = new TestServers();
  let place: BackupPlace;
  const heard: { event: string; severity: string }[] = [];
  const listener = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      for (const notice of JSON.parse(text).notices ?? [JSON.parse(text)]) heard.push(notice);
      response.end();
    });
  });
  let offset = 0;

  before(async () => {
    const backups = { now: () => Date.now() + offset };
    place = await backupPlace(servers, await makePlace(), { replaceable: { backups } });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    const channel = await place.admin.post('/channels', {
      ...{ name: 'hook', type: 'webhook', options: { url: `http://127.0.0.1:${port}/`, secret: 'a secret of ours' } },
      rules: [{ events: null, severity: 'info', resources: null }],
    });
    assert.equal(channel.status, 201, JSON.stringify(channel.body));
    await writeFile(path.join(place.source, 'a'), 'a');
  });
  after(async () => {
    await servers.stopAll();
    listener.close();
  });

  test('is told, shown and measured; a backup ends it', async () => {
    const plan = await place.plan({ name: 'late', objectiveMinutes: 10 });
    const overdue = async (): Promise<string | undefined> =>
      /sampan_plan_overdue\{plan="[0-9a-f]{32}"\} (\d)/.exec((await place.admin.get('/metrics')).body)?.[1];
    assert.equal(await overdue(), '0');
    // The objective is at least ten minutes: the clock is put forward instead of waiting.
    offset = 11 * MINUTE;
    await place.admin.until(`/plans/${plan.id}`, (body) => body.freshness === 'red');
    while ((await overdue()) !== '1') await new Promise((resolve) => setTimeout(resolve, 100));
    await until(() => heard.some((each) => each.event === 'plan.overdue'), 'nobody was told');
    offset = 0;
    assert.equal((await place.run(plan.id)).state, 'succeeded');
    assert.equal((await place.admin.get(`/plans/${plan.id}`)).body.freshness, 'green');
    await until(() => heard.some((each) => each.event === 'plan.recovered'), 'the recovery was not told');
    await until(() => heard.some((each) => each.event === 'plan.run_succeeded'), 'the run was not told');
    assert.equal(heard.filter((each) => each.event === 'plan.overdue').length, 1);
  });
});

onBothDatabases('a run that was missed', (makePlace) => {
  const servers = new TestServers();
  after(() => servers.stopAll());

  test('is made up for once, or not at all, as the plan says', async () => {
    let offset = 0;
    const backups = { now: () => Date.now() + offset };
    const place = await backupPlace(servers, await makePlace(), { replaceable: { backups } });
    await writeFile(path.join(place.source, 'a'), 'a');
    const schedule = { kind: 'times', times: ['00:00'], timeZone: 'UTC' };
    const wanted = await place.plan({ name: 'catches up', schedule });
    const { body: repository } = await place.admin.get(`/repositories/${wanted.repositoryId}`);
    const passed = await place.plan({ name: 'does not', schedule, catchUp: false, repositoryId: repository.id });
    // As if the server had been off for five days.
    offset = 5 * 24 * 60 * MINUTE + 60 * MINUTE;
    const { items } = await place.admin.until('/runs', (body) => body.items.length > 0);
    await place.admin.finished(items[0].id);
    const before = (await place.admin.get(`/plans/${passed.id}`)).body.nextRuns[0];
    await place.admin.until(
      `/plans/${passed.id}`,
      (body) => body.nextRuns[0] > new Date(Date.now() + offset).toISOString(),
    );
    assert.ok(before);
    const { body: runs } = await place.admin.get('/runs');
    assert.deepEqual(
      runs.items.map((run: { planName: string; reason: string }) => [run.planName, run.reason]),
      [['catches up', 'catch_up']],
    );
  });
});

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) assert.fail(what);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
