import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { generateX25519Identity } from 'age-encryption';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../platform/database/open.ts';
import { readKeyState, writeRotation } from '../platform/secrets/key-state.ts';
import type { Settings } from '../settings.ts';
import { Client } from '../testing/client.ts';
import { onBothDatabases, type TestPlace } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';
import { SEALED_COLUMNS } from './sealed-columns.ts';

const keyFolder = (place: TestPlace) => path.join(place.dataFolder, '..', 'keys');
const keyFiles = (place: TestPlace) => readdirSync(keyFolder(place)).sort();

async function inspect<T>(place: TestPlace, look: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(place);
  try {
    return await look(database);
  } finally {
    await database.close();
  }
}

/** Ids of the keys that the values of each table are sealed with. */
function keysInUse(place: TestPlace): Promise<Record<string, string[]>> {
  return inspect(place, async ({ query }) => {
    const found: Record<string, string[]> = {};
    for (const { table, column } of SEALED_COLUMNS) {
      const { rows } = await sql<{ sealed: Uint8Array }>`
        select ${sql.ref(column)} as sealed from ${sql.table(table)} where ${sql.ref(column)} is not null`.execute(
        query,
      );
      const ids = rows.map(({ sealed }) => Buffer.from(sealed).subarray(1, 9).toString('hex'));
      found[table] = [...new Set(ids)];
    }
    return found;
  });
}

/** A secret of each feature that has any. */
async function makeSecrets(admin: Client, place: TestPlace): Promise<void> {
  const folder = path.join(place.dataFolder, '..', 'storage');
  mkdirSync(folder, { recursive: true });
  const url = 'http://127.0.0.1:9/very-secret';
  const far = { endpoint: 'http://127.0.0.1:9', zone: 'a', accessKeyId: 'a', secretAccessKey: 'secret-of-storage' };
  const made = [
    await admin.post('/access-keys', {}, { 'idempotency-key': 'one' }),
    await admin.post('/simulated-clouds', { type: 'qingzhou', instances: 1 }),
    await admin.post('/channels', {
      ...{ name: 'hook', type: 'webhook', options: { url, secret: 'a secret of ours' } },
      rules: [{ events: null, severity: 'error', resources: null }],
    }),
    await admin.post('/storages', { name: 'far', type: 'qingstor', options: far }),
    await admin.post('/storages', { name: 'near', type: 'local', options: { folder } }),
  ];
  for (const { status, body } of made) assert.equal(status, 201, JSON.stringify(body));
  const { status, body } = await admin.post('/plans', {
    ...{ name: 'plan', storageId: made.at(-1)?.body.id, sources: { paths: [folder] } },
    hooks: [{ moment: 'before', kind: 'web', url, onFailure: 'continue' }],
  });
  assert.equal(status, 201, JSON.stringify(body));
  await admin.until(`/repositories/${body.repositoryId}`, ({ state }) => state === 'ready');
}

onBothDatabases('the secret key of a server', (makePlace) => {
  const servers = new TestServers();
  let place: TestPlace;
  let admin: Client;
  let recoveryKey = '';
  const restart = async (more: Partial<Settings> = {}): Promise<void> => {
    await servers.stopAll();
    ({ admin } = await servers.startWithAdmin(place, more));
  };
  const presentKey = async (): Promise<string> => (await admin.get('/secret-key')).body.id;

  before(async () => {
    place = await makePlace();
    ({ admin } = await servers.startWithAdmin(place));
    await makeSecrets(admin, place);
  });
  after(() => servers.stopAll());

  test('is known by its id and shown to administrators only', async () => {
    const { body } = await admin.get('/secret-key');
    assert.deepEqual(body, {
      ...{ id: keyFiles(place)[0]?.replace('.key', ''), from: 'folder', place: keyFolder(place) },
      ...{ rotation: null, recoveryKey: null },
    });
    await admin.post('/users', { username: 'op', role: 'operator', password: 'a good long password' });
    const operator = new Client(admin.url);
    await operator.logIn('op', 'a good long password');
    for (const answer of [
      await operator.get('/secret-key'),
      await operator.post('/secret-key/rotate'),
      await operator.post('/secret-key/recovery-key'),
      await operator.post('/secret-key/recovery-key/check', { recoveryKey: 'x' }),
      await operator.post('/system/take-over'),
    ])
      assert.equal(answer.status, 403);
    const { body: system } = await operator.get('/system');
    assert.deepEqual([system.standby, system.servers.length, system.servers[0].hasSecretKey], [null, 1, true]);
  });

  test('is wrapped for a recovery key that is shown once, and proven by opening', async () => {
    const none = await admin.post('/secret-key/recovery-key/check', {
      recoveryKey: `AGE-SECRET-KEY-1${'Q'.repeat(58)}`,
    });
    assert.deepEqual([none.status, none.body.code], [409, 'no_recovery_key']);
    const once = { 'idempotency-key': 'make-it-once' };
    const { status, body } = await admin.post('/secret-key/recovery-key', { replace: false }, once);
    assert.equal(status, 201, JSON.stringify(body));
    assert.match(body.recoveryKey, /^AGE-SECRET-KEY-1[A-Z0-9]{58}$/);
    recoveryKey = body.recoveryKey;
    const repeated = await admin.post('/secret-key/recovery-key', { replace: false }, once);
    assert.equal(repeated.body.code, 'recovery_key_exists', 'the answer is kept nowhere');
    const again = await admin.post('/secret-key/recovery-key');
    assert.deepEqual([again.status, again.body.code], [409, 'recovery_key_exists']);
    const check = (text: string) => admin.post('/secret-key/recovery-key/check', { recoveryKey: text });
    assert.equal((await admin.get('/secret-key')).body.recoveryKey.checkedAt, null);
    const last = recoveryKey.at(-1) === 'Q' ? 'P' : 'Q';
    assert.equal((await check(recoveryKey.slice(0, -1) + last)).body.code, 'bad_recovery_key');
    assert.equal((await check('a password')).body.code, 'bad_recovery_key');
    assert.equal((await check(await generateX25519Identity())).body.code, 'wrong_recovery_key');
    assert.equal((await admin.get('/secret-key')).body.recoveryKey.checkedAt, null);
    // As people read it from paper.
    const typed = ` ${recoveryKey.toLowerCase().replace(/(.{20})/g, '$1 \n')}`;
    assert.ok((await check(typed)).body.recoveryKey.checkedAt);
    const { body: view } = await admin.get('/secret-key');
    assert.ok(view.recoveryKey.checkedAt);
    assert.equal(view.recoveryKey.recipient, body.recipient);
    const { body: log } = await admin.get('/audit-events?limit=50');
    const text = JSON.stringify([view, log]);
    assert.ok(/recovery_key.create/.test(text) && /wrong_recovery_key/.test(text));
    assert.ok(!text.includes('AGE-SECRET-KEY'));
    await servers.stopAll();
    const properties = await inspect(place, ({ query }) => query.selectFrom('properties').selectAll().execute());
    assert.ok(!JSON.stringify(properties).includes('AGE-SECRET-KEY'));
    await restart();
  });

  test('that is lost comes back with the recovery key, and with no other', async () => {
    await servers.stopAll();
    const [file = ''] = keyFiles(place);
    rmSync(keyFolder(place), { recursive: true });
    await assert.rejects(servers.start(place), /SAMPAN_RECOVERY_KEY/);
    const wrong = await generateX25519Identity();
    await assert.rejects(servers.start(place, { recoveryKey: wrong }), /another server/);
    await assert.rejects(servers.start(place, { recoveryKey: 'nonsense' }), /no recovery key/);
    const value = { from: 'value', value: 'ab'.repeat(32) } as const;
    await assert.rejects(servers.start(place, { recoveryKey, secretKey: value }), /unset SAMPAN_SECRET_KEY/);
    assert.throws(() => keyFiles(place));
    await restart({ recoveryKey });
    assert.deepEqual(keyFiles(place), [file]);
    assert.equal(statSync(path.join(keyFolder(place), file)).mode & 0o777, 0o600);
    await restart();
    assert.equal((await admin.get('/storages')).body.items.length, 2);
    // Into the file of the setting, too.
    await servers.stopAll();
    const elsewhere = path.join(keyFolder(place), '..', 'elsewhere.key');
    const secretKey = { from: 'file', file: elsewhere } as const;
    writeFileSync(elsewhere, 'cd'.repeat(32), { mode: 0o600 });
    await assert.rejects(servers.start(place, { recoveryKey, secretKey }), /holds something else/);
    rmSync(elsewhere);
    await restart({ recoveryKey, secretKey });
    assert.equal(readFileSync(elsewhere, 'utf8'), readFileSync(path.join(keyFolder(place), file), 'utf8'));
    await restart();
  });

  test('is exchanged for another while the server works, and everything opens', async () => {
    const first = await presentKey();
    const { status, body: operation } = await admin.post('/secret-key/rotate');
    assert.equal(status, 202, JSON.stringify(operation));
    const ended = await admin.finished(operation.id);
    assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error));
    const second = await presentKey();
    assert.notEqual(second, first);
    assert.deepEqual([ended.result.from, ended.result.to, ended.result.unopened], [first, second, 0]);
    assert.ok(ended.result.sealed >= 8, JSON.stringify(ended.result));
    const [view, again] = [
      await admin.get('/secret-key'),
      await admin.post('/access-keys', {}, { 'idempotency-key': 'one' }),
    ];
    assert.deepEqual(
      [view.body.rotation, again.status, again.headers.get('idempotency-replayed')],
      [null, 201, 'true'],
    );
    await servers.stopAll();
    for (const [table, ids] of Object.entries(await keysInUse(place))) assert.deepEqual(ids, [second], table);
    // The file of the old one stays for older copies of the database, and is not needed for this one.
    assert.equal(keyFiles(place).length, 2);
    rmSync(path.join(keyFolder(place), `${first}.key`));
    await restart();
    const { body: plans } = await admin.get('/plans');
    const { body: sheet } = await admin.post(`/repositories/${plans.items[0].repositoryId}/recovery-sheet`);
    assert.match(sheet.password, /^\w{5}-/);
    // Nobody fetched the recovery key for it, and it opens the new one.
    await servers.stopAll();
    rmSync(keyFolder(place), { recursive: true });
    await restart({ recoveryKey });
    assert.equal(await presentKey(), second);
    await restart();
  });

  test('is not changed when there is no place for the new one, which is told', async () => {
    const present = await presentKey();
    const aside = `${keyFolder(place)}.aside`;
    renameSync(keyFolder(place), aside);
    writeFileSync(keyFolder(place), 'no folder');
    const ended = await admin.finished((await admin.post('/secret-key/rotate')).body.id);
    assert.deepEqual([ended.state, ended.error.code], ['failed', 'secret_key_not_usable'], JSON.stringify(ended.error));
    assert.match(ended.error.message, /EEXIST|ENOTDIR/);
    rmSync(keyFolder(place));
    renameSync(aside, keyFolder(place));
    const { body: view } = await admin.get('/secret-key');
    assert.deepEqual([view.id, view.rotation], [present, null]);
  });

  test('is changed to another one when the one that was prepared is lost before it sealed anything', async () => {
    await servers.stopAll();
    const [from = ''] = [await inspect(place, async ({ query }) => (await readKeyState(query)).keyId ?? '')];
    await inspect(place, ({ query }) =>
      writeRotation(query, { from, to: '0123456789abcdef', phase: 'prepared', startedAt: 1 }),
    );
    await restart();
    const ended = await admin.finished((await admin.post('/secret-key/rotate')).body.id);
    assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error));
    assert.notEqual(await presentKey(), '0123456789abcdef');
    assert.equal((await admin.get('/secret-key')).body.rotation, null);
  });

  test('seals no column that a change of it would forget', async () => {
    await servers.stopAll();
    const found = await inspect(place, async ({ query }) =>
      (await query.introspection.getTables())
        .flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`))
        .filter((name) => name.includes('.sealed'))
        .sort(),
    );
    assert.deepEqual(SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).sort(), found);
    await restart();
  });
});
