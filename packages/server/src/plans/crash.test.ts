import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Client } from '../testing/client.ts';
import { onSqlite, type TestPlace } from '../testing/databases.ts';
import { spawnServer, type TestProcess } from '../testing/processes.ts';
import { ADMIN_PASSWORD } from '../testing/start.ts';

const LARGE = 2_500_000;

/** Processes whose command line or environment names a folder: restic of this test, whoever its parent is now. */
function resticsOf(folder: string): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,comm='], { encoding: 'utf8' }).trim().split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, command]) => command === 'restic')
    .map(([pid]) => Number(pid))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder);
      } catch {
        return false;
      }
    });
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) assert.fail(what);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

onSqlite('kill -9 during a backup', (makePlace) => {
  const processes: TestProcess[] = [];
  let place: TestPlace;
  let source: string;
  let planId: string;
  let repositoryId: string;
  let server: TestProcess;
  let client: Client;

  async function start(): Promise<void> {
    const started = await spawnServer(place);
    processes.push(started.server);
    server = started.server;
    client = new Client(started.url);
    await client.logIn('admin', ADMIN_PASSWORD);
  }

  before(async () => {
    place = await makePlace();
    const base = path.join(place.dataFolder, '..');
    source = path.join(base, 'source');
    for (const folder of ['source', 'storage']) mkdirSync(path.join(base, folder));
    await start();
    const storage = await client.post('/storages', {
      ...{ name: 'disk', type: 'local', options: { folder: path.join(base, 'storage') } },
    });
    const plan = await client.post('/plans', {
      ...{ name: 'crashing', storageId: storage.body.id, sources: { paths: [source] }, compression: 'off' },
      // Slow enough to be met in the middle.
      ...{ retention: { last: 1 }, limits: { uploadBytesPerSecond: 600_000 } },
    });
    assert.equal(plan.status, 201, JSON.stringify(plan.body));
    ({ id: planId, repositoryId } = plan.body);
    await client.until(`/repositories/${repositoryId}`, (repository) => repository.state === 'ready');
  });
  after(async () => {
    for (const each of processes) await each.stop('SIGKILL');
  });

  async function begin(): Promise<string> {
    writeFileSync(path.join(source, 'large'), randomBytes(LARGE));
    return (await client.post(`/plans/${planId}/run`)).body.id;
  }

  async function expectWhole(runId: string, attempts: number): Promise<void> {
    const ended = await client.until(
      `/operations/${runId}`,
      (operation) => !['queued', 'running'].includes(operation.state),
      60_000,
    );
    assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error));
    assert.equal(ended.attempts, attempts);
    assert.equal((await client.get(`/runs/${runId}`)).body.state, 'succeeded');
    const { body: backups } = await client.get(`/backups?planId=${planId}`);
    assert.equal(backups.items.filter((each: { runId: string }) => each.runId === runId).length, 1);
    assert.equal(backups.items[0].isIndexed, true);
    const { body: snapshots } = await client.get(`/repositories/${repositoryId}/snapshots`);
    assert.deepEqual(
      snapshots.items.map((each: { backupId: string }) => each.backupId).sort(),
      backups.items.map((each: { id: string }) => each.id).sort(),
      'what restic has is what Sampan knows',
    );
    const { body: locks } = await client.get(`/repositories/${repositoryId}/locks`);
    assert.deepEqual(locks.items, []);
  }

  for (const step of ['backup', 'retention'] as const) {
    test(`of the server in the step ${step}: restic ends, and the run is made whole by the next server`, async () => {
      const id = await begin();
      await client.until(
        `/operations/${id}`,
        (operation) =>
          operation.steps.find((each: { name: string }) => each.name === step).state === 'running' &&
          (step !== 'backup' || operation.progress?.done > 0),
        60_000,
      );
      server.child.kill('SIGKILL');
      await server.ended;
      await until(() => resticsOf(place.dataFolder).length === 0, 'restic went on without its server');
      await start();
      await expectWhole(id, 2);
    });
  }

  test('of restic itself, and of its gateway: the run tells, and the next one is good', async () => {
    const id = await begin();
    await client.until(`/operations/${id}`, (operation) => operation.progress?.done > 0, 60_000);
    const [restic] = resticsOf(place.dataFolder);
    assert.ok(restic);
    process.kill(restic, 'SIGKILL');
    const ended = await client.finished(id);
    assert.equal(ended.state, 'failed');
    assert.equal(ended.error.code, 'restic_failed');
    const again = await begin();
    await client.until(`/operations/${again}`, (operation) => operation.progress?.done > 0, 60_000);
    const gateway = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .find(([, parent, ...args]) => Number(parent) === server.child.pid && args.join(' ').includes('gateway'));
    assert.ok(gateway);
    process.kill(Number(gateway[0]), 'SIGKILL');
    // A gateway that ended in the middle is an outage: it is begun again with another one.
    await client.patch(`/plans/${planId}`, { limits: { uploadBytesPerSecond: null } });
    await expectWhole(again, 1);
  });
});
