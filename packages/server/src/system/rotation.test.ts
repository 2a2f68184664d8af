import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import type { OperationContext } from '../operations/kinds.ts';
import { Changes } from '../platform/changes.ts';
import { openDatabase } from '../platform/database/open.ts';
import { SEALED_ANSWERS } from '../platform/http/idempotency.ts';
import { makeLog } from '../platform/log.ts';
import { KeySource } from '../platform/secrets/key-source.ts';
import { readKeyState } from '../platform/secrets/key-state.ts';
import { openSealer } from '../platform/secrets/open-sealer.ts';
import { placeIn, type Sealer } from '../platform/secrets/sealer.ts';
import type { SecretKeySource } from '../settings.ts';
import { Client } from '../testing/client.ts';
import { onBothDatabases, onPostgres, onSqlite, type TestPlace } from '../testing/databases.ts';
import { ADMIN_PASSWORD, TestServers } from '../testing/start.ts';
import { rotateKind } from './rotate-kind.ts';
import { Servers } from './servers.ts';

const keyFolder = (place: TestPlace) => path.join(place.dataFolder, '..', 'keys');
const keyFiles = (place: TestPlace) => readdirSync(keyFolder(place)).sort();

onSqlite('a secret key that a setting gives', (makePlace) => {
  const servers = new TestServers();
  after(() => servers.stopAll());
  const [one, two] = ['ab'.repeat(32), 'cd'.repeat(32)];

  test('is exchanged for the other one that the setting gives, and then alone is enough', async () => {
    const place = await makePlace();
    const keys = path.join(place.dataFolder, '..', 'sampan.key');
    const give = (text: string) => writeFileSync(keys, text, { mode: 0o600 });
    const secretKey: SecretKeySource = { from: 'file', file: keys };
    give(one);
    const { admin } = await servers.startWithAdmin(place, { secretKey });
    const first = (await admin.get('/secret-key')).body.id;
    const refused = await admin.finished((await admin.post('/secret-key/rotate')).body.id);
    assert.equal(refused.error.code, 'no_next_secret_key');
    // Read again without a restart.
    give(`${one}\n${two}\n`);
    const ended = await admin.finished((await admin.post('/secret-key/rotate')).body.id);
    assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error));
    assert.notEqual((await admin.get('/secret-key')).body.id, first);
    await servers.stopAll();
    give(one);
    await assert.rejects(servers.start(place, { secretKey }), /wrong one/);
    give(two);
    await servers.start(place, { secretKey });
  });
});

onBothDatabases('a change of the secret key that broke off', (makePlace) => {
  test('while values were sealed anew is gone on with after the start, and needs both keys until then', async () => {
    const place = await makePlace();
    const database = await openDatabase(place);
    const keys = new KeySource({ from: 'folder', folder: keyFolder(place) }, place.dataFolder);
    const before = await openSealer(database, keys);
    const rows = Array.from({ length: 450 }, (_, index) => String(index).padStart(4, '0'));
    for (const id of rows) {
      const sealed_body =
        id === '0007' ? Buffer.alloc(60, 1) : before.seal(`answer ${id}`, placeIn(SEALED_ANSWERS, id));
      await database.query
        .insertInto('idempotency_keys')
        .values({ id, body_hash: '', state: 'done', status: 200, sealed_body, created_at: 0, taken_at: 0 })
        .execute();
    }
    const late: (() => Promise<void>)[] = [];
    const rotate = async (sealer: Sealer, isToBreak: boolean) => {
      const parts = { database, sealer, keys };
      const live = new Servers({ onBeat: async () => undefined, ...parts, nodeId: 'node', log: makeLog('silent') });
      await live.start();
      // A beat comes at any moment, just before a change too.
      const changes = new (class extends Changes {
        override async run<T>(work: Parameters<typeof Changes.prototype.run<T>>[0]): Promise<T> {
          await live.beat();
          return super.run(work);
        }
      })(database);
      const logged: string[] = [];
      let batches = 0;
      const context = {
        signal: new AbortController().signal,
        step: (_: string, work: () => Promise<unknown>) => work(),
        stepMessage: async () => undefined,
        log: async (_: string, message: string) => logged.push(message),
        progress: async () => {
          batches += 1;
          for (const write of late) await write();
          if (isToBreak && batches === 2) throw new Error('the power went off');
        },
      } as unknown as OperationContext;
      try {
        return { result: await rotateKind({ ...parts, changes, servers: live }).run(context), logged };
      } finally {
        await live.stop();
      }
    };
    await assert.rejects(rotate(before, true), /the power went off/);
    const { keyId, rotation } = await readKeyState(database.query);
    assert.deepEqual([rotation?.phase, rotation?.from], ['switched', before.keyIds[0]]);
    assert.equal(rotation?.to, keyId);

    const file = path.join(keyFolder(place), `${rotation?.from}.key`);
    const aside = `${file}.aside`;
    renameSync(file, aside);
    await assert.rejects(openSealer(database, keys), /is not at/);
    renameSync(aside, file);
    const again = await openSealer(database, keys);
    assert.equal(again.keyIds.length, 2);
    const { result, logged } = await rotate(again, false);
    // Four hundred were done before, and one was damaged before anybody came.
    assert.deepEqual([result.sealed, result.unopened, result.to], [50, 1, keyId]);
    assert.match(logged.join(), /idempotency_keys 0007/);
    assert.equal((await readKeyState(database.query)).rotation, null);
    rmSync(file);
    const sealer = await openSealer(database, keys);
    const kept = await database.query.selectFrom('idempotency_keys').selectAll().execute();
    for (const { id, sealed_body } of kept.filter((row) => row.id !== '0007'))
      assert.equal(sealer.open(sealed_body ?? new Uint8Array(), placeIn(SEALED_ANSWERS, id)), `answer ${id}`);

    // What a server that never follows seals would be lost with the old key.
    const behind = await openSealer(database, keys);
    let count = 0;
    late.push(async () => {
      count += 1;
      // Before what was looked at already: for the next pass.
      const id = `!${1000 - count}`;
      const sealed_body = behind.seal(`answer ${id}`, placeIn(SEALED_ANSWERS, id));
      await database.query
        .insertInto('idempotency_keys')
        .values({ id, body_hash: '', state: 'done', status: 200, sealed_body, created_at: 0, taken_at: 0 })
        .execute();
    });
    await assert.rejects(rotate(sealer, false), { code: 'secret_key_not_followed' });
    assert.equal((await readKeyState(database.query)).rotation?.phase, 'switched');
    await database.close();
  });
});

onPostgres('two servers with one database', (makePlace) => {
  const servers = new TestServers();
  after(() => servers.stopAll());

  test('change the secret key together, and only when both have the new one', async () => {
    const place = await makePlace();
    const other = { ...place, dataFolder: path.join(place.dataFolder, '..', 'two', 'data') };
    const { admin } = await servers.startWithAdmin(place, {}, { beatMs: 200 });
    mkdirSync(keyFolder(other), { recursive: true });
    // Either of them may be the one that makes the new key.
    const copyKeys = () => {
      for (const [from, to] of [
        [place, other],
        [other, place],
      ] as const)
        for (const file of keyFiles(from))
          copyFileSync(path.join(keyFolder(from), file), path.join(keyFolder(to), file));
    };
    copyKeys();
    const second = await servers.start(other, {}, { beatMs: 200 });
    const there = new Client(second.url);
    await there.logIn('admin', ADMIN_PASSWORD);
    assert.equal((await there.get('/system')).body.servers.length, 2);
    const { body: operation } = await admin.post('/secret-key/rotate');
    const waiting = await admin.until(
      `/operations/${operation.id}`,
      ({ steps }) => steps[1].state === 'running' && steps[1].message !== '',
    );
    assert.equal(waiting.state, 'running');
    const { body: key } = await there.get('/secret-key');
    assert.equal(key.rotation.phase, 'prepared');
    copyKeys();
    const ended = await admin.until(`/operations/${operation.id}`, ({ state }) => state !== 'running', 60_000);
    assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error));
    for (const client of [admin, there]) assert.equal((await client.get('/secret-key')).body.id, key.rotation.to);
    // What one seals with it, the other opens.
    const made = await there.post('/access-keys', {}, { 'idempotency-key': 'across' });
    const again = await admin.post('/access-keys', {}, { 'idempotency-key': 'across' });
    assert.equal(again.body.accessKeySecret, made.body.accessKeySecret);
  });
});
