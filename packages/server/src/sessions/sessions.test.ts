import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Transaction } from 'kysely';
import type { RunningServer } from '../server.ts';
import type { Tables } from '../tables.ts';
import { Client } from '../testing/client.ts';
import { besides, onBothDatabases, onPostgres, onSqlite, type TestPlace } from '../testing/databases.ts';
import { ADMIN_PASSWORD, TestServers } from '../testing/start.ts';
import { during, together } from '../testing/together.ts';
import { lockDuration } from './lockout.ts';

onBothDatabases('signing in', (makePlace) => {
  const servers = new TestServers();
  let place: TestPlace;
  let server: RunningServer;
  let admin: Client;

  before(async () => {
    place = await makePlace();
    ({ server, admin } = await servers.startWithAdmin(place, { trustedProxies: ['127.0.0.1'] }));
  });
  after(() => servers.stopAll());

  test('sets a cookie that scripts and other sites cannot use', async () => {
    const { headers } = await new Client(server.url).post('/sessions', { username: 'ADMIN', password: ADMIN_PASSWORD });
    const cookie = headers.getSetCookie()[0] ?? '';
    assert.match(cookie, /HttpOnly/);
    assert.match(cookie, /SameSite=Strict/);
  });

  test('says who one is and what one may do', async () => {
    const { body } = await admin.get('/sessions/current');
    assert.equal(body.user.username, 'admin');
    assert.equal(body.user.role, 'administrator');
    assert.ok(body.permissions.includes('user:create'));
    assert.equal(JSON.stringify(body).includes('password'), false);
  });

  test('tells a wrong name and a wrong password apart in nothing', async () => {
    const stranger = new Client(server.url);
    const wrongPassword = await stranger.post('/sessions', { username: 'admin', password: 'wrong wrong wrong' });
    const wrongName = await stranger.post('/sessions', { username: 'nobody', password: 'wrong wrong wrong' });
    assert.equal(wrongPassword.status, 401);
    const { requestId: _, ...first } = wrongPassword.body;
    const { requestId: __, ...second } = wrongName.body;
    assert.deepEqual(first, second);
  });

  test('is closed for an account after five wrong passwords, also with the right one', async () => {
    await admin.post('/users', { username: 'victim', role: 'operator', password: 'a good long password' });
    const stranger = new Client(server.url);
    for (let count = 0; count < 5; count += 1)
      await stranger.post('/sessions', { username: 'victim', password: 'guess' });
    const answer = await stranger.post('/sessions', { username: 'Victim', password: 'a good long password' });
    assert.equal(answer.status, 429);
    assert.equal(answer.body.code, 'account_locked');
    assert.ok(answer.body.parameters.seconds > 0 && Number(answer.headers.get('retry-after')) > 0);
    assert.equal((await admin.get('/sessions/current')).status, 200);
  });

  test('of many guesses at once no more are tried than one after another', async () => {
    await admin.post('/users', { username: 'crowd', role: 'operator', password: 'a good long password' });
    const guesses = Array.from({ length: 15 }, (_, index) =>
      new Client(server.url).post('/sessions', {
        username: 'crowd',
        password: index < 14 ? 'x' : 'a good long password',
      }),
    );
    const codes = (await Promise.all(guesses)).map(({ status }) => status);
    assert.equal(codes.filter((status) => status === 429).length, 10, JSON.stringify(codes));
  });

  test('is not closed by strangers where somebody is logged in', async () => {
    await admin.post('/users', { username: 'present', role: 'operator', password: 'a good long password' });
    const present = new Client(server.url);
    await present.logIn('present', 'a good long password');
    const elsewhere = { 'x-forwarded-for': '192.0.2.7' };
    const guess = (password: string, headers = {}) =>
      new Client(server.url).post('/sessions', { username: 'present', password }, headers);
    for (let count = 0; count < 5; count += 1) await guess('x', elsewhere);
    assert.equal((await guess('a good long password', elsewhere)).status, 429);
    assert.equal((await guess('a good long password', { 'x-forwarded-for': '192.0.2.8' })).status, 429);
    assert.equal((await guess('a good long password')).status, 201);
    for (let count = 0; count < 5; count += 1) await guess('x');
    assert.equal((await guess('a good long password')).status, 429);
  });

  test('from a page of another site is refused', async () => {
    const forgeries: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
    ];
    for (const headers of forgeries) {
      const answer = await admin.post('/access-keys', {}, headers);
      assert.equal(answer.status, 403, JSON.stringify(headers));
      assert.equal(answer.body.code, 'cross_site_request');
    }
    assert.equal((await admin.post('/access-keys', {}, { origin: server.url })).status, 201);
  });

  test('ends by logging out, by revoking, by a new password, and by disabling the user', async () => {
    const user = (await admin.post('/users', { username: 'leaver', role: 'operator', password: 'first long password' }))
      .body;
    const make = async (password: string) => {
      const client = new Client(server.url);
      await client.logIn('leaver', password);
      return client;
    };
    const [one, two, three] = [
      await make('first long password'),
      await make('first long password'),
      await make('first long password'),
    ];
    await one.delete('/sessions/current');
    assert.equal((await one.get('/sessions/current')).status, 401);
    const sessions = (await two.get('/sessions')).body.items;
    assert.equal(sessions.length, 2);
    const other = sessions.find((session: { current: boolean }) => !session.current);
    await two.delete(`/sessions/${other.id}`);
    assert.equal((await three.get('/sessions/current')).status, 401);
    await admin.patch(`/users/${user.id}`, { password: 'second long password' });
    assert.equal((await two.get('/sessions/current')).status, 401);
    const four = await make('second long password');
    const wrong = await four.patch('/users/current', { password: 'third long password', currentPassword: 'nonsense' });
    assert.equal(wrong.body.code, 'wrong_credentials');
    assert.equal(
      (await four.patch('/users/current', { password: 'third long password', currentPassword: 'second long password' }))
        .status,
      200,
    );
    assert.equal((await four.get('/sessions/current')).status, 200, 'the session that changed it stays');
    await admin.patch(`/users/${user.id}`, { disabled: true });
    assert.equal((await four.get('/sessions/current')).status, 401);
  });

  test('the last administrator cannot be deleted, disabled or degraded', async () => {
    const { user } = (await admin.get('/sessions/current')).body;
    for (const attempt of [
      admin.delete(`/users/${user.id}`),
      admin.patch(`/users/${user.id}`, { disabled: true }),
      admin.patch(`/users/${user.id}`, { role: 'operator' }),
    ]) {
      assert.equal((await attempt).body.code, 'last_administrator');
    }
  });

  test('a change on top of another’s change is refused with both versions', async () => {
    const user = (
      await admin.post('/users', { username: 'shared', role: 'operator', password: 'a good long password' })
    ).body;
    assert.equal(
      (await admin.patch(`/users/${user.id}`, { displayName: 'A' }, { 'if-match': `"${user.revision}"` })).status,
      200,
    );
    const late = await admin.patch(`/users/${user.id}`, { displayName: 'B' }, { 'if-match': `"${user.revision}"` });
    assert.equal(late.status, 412);
    assert.equal(late.body.current.displayName, 'A');
    assert.deepEqual(late.body.yours, { displayName: 'B' });
  });

  test('a repeated request with one Idempotency-Key acts once for a day; another body is refused', async () => {
    const wish = { username: 'once', role: 'operator', password: 'a good long password' };
    const headers = { 'idempotency-key': 'create-once' };
    const [first, again] = [await admin.post('/users', wish, headers), await admin.post('/users', wish, headers)];
    assert.deepEqual(again.body, first.body);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    const other = await admin.post('/users', { ...wish, username: 'twice' }, headers);
    assert.equal(other.status, 422);
    assert.equal(other.body.code, 'idempotency_mismatch');
    const chosen = { ...wish, username: 'chosen', id: 'c'.repeat(32) };
    assert.equal((await admin.post('/users', chosen)).body.id, chosen.id, 'an id may be chosen');
    const taken = await admin.post('/users', { ...chosen, username: 'other' });
    assert.equal(taken.status, 409, 'but not one that is in use');
    const aged = async (milliseconds: number) => {
      const { query } = besides(place);
      await query
        .updateTable('idempotency_keys')
        .set((eb) => ({ created_at: eb('created_at', '-', milliseconds), taken_at: eb('taken_at', '-', milliseconds) }))
        .execute();
      await query.destroy();
    };
    const make = (description: string) => admin.post('/access-keys', { description }, { 'idempotency-key': 'daily' });
    const monday = await make('Monday');
    await aged(24 * 3_600_000 - 600_000);
    const still = await make('Monday');
    assert.deepEqual([still.body, still.headers.get('idempotency-replayed')], [monday.body, 'true']);
    await aged(600_001);
    const tuesday = await make('Tuesday');
    assert.equal(tuesday.status, 201, 'after a day the key is new, also for another body');
    assert.notEqual(tuesday.body.id, monday.body.id);
    assert.equal(tuesday.headers.get('idempotency-replayed'), null);
    await aged(24 * 3_600_001);
    const same = await make('Tuesday');
    assert.equal(same.status, 201);
    assert.notEqual(same.body.id, tuesday.body.id, 'and the same wish is another one');
    const racing = await Promise.all(
      Array.from({ length: 6 }, () =>
        admin.post('/users', { ...wish, username: 'racer' }, { 'idempotency-key': 'race' }),
      ),
    );
    assert.ok(racing.every(({ status }) => status === 201 || status === 409));
    assert.equal(new Set(racing.filter(({ status }) => status === 201).map(({ body }) => body.id)).size, 1);
  });
});

onBothDatabases('two administrators', (makePlace) => {
  const servers = new TestServers();
  after(() => servers.stopAll());

  const WAYS = {
    degrade: (client: Client, id: string) => client.patch(`/users/${id}`, { role: 'operator' }),
    disable: (client: Client, id: string) => client.patch(`/users/${id}`, { disabled: true }),
    delete: (client: Client, id: string) => client.delete(`/users/${id}`),
  };

  test('who take the other’s rights at the same moment leave one who has them', async () => {
    const password = 'a good long password';
    const place = await makePlace();
    const { server, admin } = await servers.startWithAdmin(place);
    let left = { client: admin, id: (await admin.get('/sessions/current')).body.user.id };
    for (const [one, other] of [
      ['degrade', 'degrade'],
      ['disable', 'disable'],
      ['delete', 'delete'],
      ['degrade', 'delete'],
      ['disable', 'degrade'],
    ] as const) {
      const username = `${one}-${other}`;
      const { body } = await left.client.post('/users', { username, role: 'administrator', password });
      const rival = { client: new Client(server.url), id: body.id };
      await rival.client.logIn(username, password);
      const answers = await together(place, [
        () => WAYS[one](left.client, rival.id),
        () => WAYS[other](rival.client, left.id),
      ]);
      const [mine, theirs] = answers.map(({ status }) => status < 300);
      assert.notEqual(mine, theirs, `${username}: ${JSON.stringify(answers.map((answer) => answer.body))}`);
      if (theirs) left = rival;
      const { items } = (await left.client.get('/users?limit=200')).body;
      const able = items.filter((user: { role: string; disabled: boolean }) => {
        return user.role === 'administrator' && !user.disabled;
      });
      assert.deepEqual(
        able.map(({ id }: { id: string }) => id),
        [left.id],
      );
    }
  });
});

onPostgres('a user who just became the last administrator', (makePlace) => {
  const servers = new TestServers();
  after(() => servers.stopAll());

  test('is not deleted by somebody who still saw them as another', async () => {
    const place = await makePlace();
    const { admin } = await servers.startWithAdmin(place);
    const { user } = (await admin.get('/sessions/current')).body;
    const wish = { username: 'heir', role: 'operator', password: 'a good long password' };
    const heir = (await admin.post('/users', wish)).body;
    const changeHands = async (transaction: Transaction<Tables>) => {
      for (const [id, role] of [
        [heir.id, 'administrator'],
        [user.id, 'operator'],
      ])
        await transaction
          .updateTable('users')
          .set((eb) => ({ role, revision: eb('revision', '+', 1) }))
          .where('id', '=', id)
          .execute();
    };
    const [answer] = await during(place, changeHands, [() => admin.delete(`/users/${heir.id}`)]);
    assert.deepEqual([answer?.status, answer?.body.code], [409, 'operation_conflict']);
    const heirs = new Client(admin.url);
    await heirs.logIn('heir', wish.password);
    assert.equal((await heirs.get('/sessions/current')).body.user.role, 'administrator');
  });
});

onSqlite('the first administrator', (makePlace) => {
  const servers = new TestServers();
  after(() => servers.stopAll());

  test('is made by the one-time link, once', async () => {
    const server = await servers.start(await makePlace(), { adminPassword: null });
    const token = server.setupUrl?.split('#')[1] ?? '';
    assert.ok(token.length > 20);
    const person = new Client(server.url);
    assert.deepEqual((await person.get('/setup')).body, { needed: true });
    const wish = { username: 'root', password: 'a good long password' };
    assert.equal((await person.post('/setup', { ...wish, token: 'guess' })).body.code, 'setup_token_invalid');
    assert.equal((await person.post('/setup', { ...wish, password: 'short', token })).body.code, 'weak_password');
    const made = await person.post('/setup', { ...wish, token });
    assert.equal(made.status, 201);
    assert.match(made.headers.getSetCookie()[0] ?? '', /sampan_session=/);
    assert.equal((await person.post('/setup', { ...wish, token })).body.code, 'setup_done');
    assert.deepEqual((await person.get('/setup')).body, { needed: false });
  });
});

test('a lock doubles with each failure and stays below a quarter of an hour', () => {
  assert.equal(lockDuration(4, 5), 0);
  assert.equal(lockDuration(5, 5), 30_000);
  assert.equal(lockDuration(6, 5), 60_000);
  assert.equal(lockDuration(1000, 5), 900_000);
});

onBothDatabases('texts that no database keeps as they are', (makePlace) => {
  const servers = new TestServers();
  after(() => servers.stopAll());

  test('are refused, and cannot break the audit chain', async () => {
    const { server, admin } = await servers.startWithAdmin(await makePlace());
    const stranger = new Client(server.url);
    for (const username of ['ev\\ud800il', 'nul\\u0000']) {
      const answer = await stranger.request('POST', '/sessions', `{"username":"${username}","password":"x"}`);
      assert.equal(answer.status, 400, JSON.stringify(answer.body));
    }
    await stranger.post('/sessions', { username: `${'a'.repeat(99)}🚣`, password: 'cut in the middle of a character' });
    assert.equal((await admin.get('/audit-events/verify')).body.valid, true);
  });

  test('an action without a body is an action', async () => {
    const { admin } = await servers.startWithAdmin(await makePlace());
    const answer = await admin.request('POST', `/instances/${'a'.repeat(32)}/restart`);
    assert.equal(answer.status, 404, JSON.stringify(answer.body));
  });
});
