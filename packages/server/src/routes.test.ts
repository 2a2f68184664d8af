import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RouteOptions } from 'fastify';
import { ALL_PERMISSIONS, type Permission } from './policy/permissions.ts';
import type { RunningServer } from './server.ts';
import { Client } from './testing/client.ts';
import { onSqlite } from './testing/databases.ts';
import { TestServers } from './testing/start.ts';

const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const SOME_ID = 'a'.repeat(32);

onSqlite('every route', (makePlace) => {
  const servers = new TestServers();
  const routes: RouteOptions[] = [];
  let server: RunningServer;
  let admin: Client;

  before(async () => {
    ({ server, admin } = await servers.startWithAdmin(
      await makePlace(),
      {},
      { onRoute: (route) => routes.push(route) },
    ));
  });
  after(() => servers.stopAll());

  function apiRoutes(): { method: string; path: string; route: RouteOptions }[] {
    return routes
      .filter((route) => route.url.startsWith('/api/v1/'))
      .flatMap((route) => [route.method].flat().map((method) => ({ method, path: route.url, route })))
      .filter(({ method }) => method !== 'HEAD' && method !== 'OPTIONS');
  }

  test('names its permission, and a public one says why', () => {
    assert.ok(apiRoutes().length > 40);
    for (const { method, path, route } of apiRoutes()) {
      const { permission, publicBecause } = route.config ?? {};
      const known =
        permission === 'public' || permission === 'signed_in' || ALL_PERMISSIONS.includes(permission as Permission);
      assert.ok(known, `${method} ${path} has the permission ${permission}`);
      if (permission === 'public') assert.ok(publicBecause, `${method} ${path} is public without a reason`);
    }
  });

  test('that changes something names its action in the audit log, or why it has none', () => {
    for (const { method, path, route } of apiRoutes().filter((each) => CHANGING.has(each.method))) {
      const { audit, auditNotBecause } = route.config ?? {};
      assert.ok(audit || (audit === null && auditNotBecause), `${method} ${path} says nothing about the audit log`);
    }
  });

  test('that is not public refuses a stranger', async () => {
    const stranger = new Client(server.url);
    for (const { method, path, route } of apiRoutes().filter((each) => each.route.config?.permission !== 'public')) {
      const answer = await stranger.request(
        method,
        path.replaceAll(':id', SOME_ID),
        CHANGING.has(method) ? {} : undefined,
      );
      assert.equal(answer.status, 401, `${method} ${path} answered ${answer.status} to a stranger`);
      assert.equal(answer.body.code, 'not_signed_in');
      assert.ok(route.config);
    }
  });

  test('that a reader may not use refuses them with the permission that is missing', async () => {
    await admin.post('/users', { username: 'reader', role: 'read_only', password: 'only looking around' });
    const reader = new Client(server.url);
    await reader.logIn('reader', 'only looking around');
    const { body } = await reader.get('/sessions/current');
    const mayNot = apiRoutes().filter(({ route }) => {
      const permission = route.config?.permission;
      return permission !== 'public' && permission !== 'signed_in' && !body.permissions.includes(permission);
    });
    assert.ok(mayNot.length > 15);
    for (const { method, path, route } of mayNot) {
      const answer = await reader.request(
        method,
        path.replaceAll(':id', SOME_ID),
        CHANGING.has(method) ? {} : undefined,
      );
      assert.equal(answer.status, 403, `${method} ${path} answered ${answer.status} to a reader`);
      assert.equal(answer.body.code, 'permission_denied_here');
      assert.equal(answer.body.parameters.permission, route.config?.permission);
    }
    const refused = await admin.get('/audit-events?result=refused&limit=200');
    assert.ok(refused.body.items.length >= mayNot.length, 'each refusal is in the audit log');
  });

  test('is in the description, which is OpenAPI 3.1', async () => {
    const { body } = await new Client(server.url).get('/api/v1/openapi.json');
    assert.equal(body.openapi, '3.1.0');
    for (const { method, path } of apiRoutes().filter((each) => each.path !== '/api/v1/openapi.json')) {
      const described = body.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      assert.ok(described, `${method} ${path} is not described`);
      assert.ok(described.summary, `${method} ${path} has no summary`);
    }
  });

  test('answers bad input with the fields that are wrong, and never with 500', async () => {
    const bodies: [string, string, unknown, string][] = [
      ['POST', '/hosts', {}, 'name'],
      ['POST', '/hosts', { name: 'x', type: 'nonsense', options: {} }, 'type'],
      ['POST', '/hosts', { name: 'x', type: 'qingzhou', options: { endpoint: 'ftp://x' } }, 'options.endpoint'],
      ['POST', '/hosts', { name: ' x', type: 'qingzhou', options: {} }, 'name'],
      ['POST', '/hosts', { name: 'x', type: 'qingzhou', options: {}, nonsense: 1 }, 'nonsense'],
      ['POST', '/users', { username: 'a b', role: 'operator', password: 'x' }, 'username'],
      ['POST', '/users', { username: 'ab', role: 'king', password: 'x' }, 'role'],
      ['POST', '/access-keys', { scopes: ['host:fly'] }, 'scopes'],
      ['POST', '/access-keys', { allowedAddresses: ['10.0.0.0/99'] }, 'allowedAddresses'],
      ['POST', '/access-keys', { expiresAt: '2001-01-01T00:00:00Z' }, 'expiresAt'],
      ['POST', '/storages', {}, 'name'],
      ['POST', '/storages', { name: 'x', type: 'nonsense', options: {} }, 'type'],
      ['POST', '/storages', { name: 'x', type: 'qingstor', options: { zone: 'NO ZONE' } }, 'options.zone'],
      ['POST', '/storages', { name: 'x', type: 'qingstor', options: { uploadCutoff: '6Gi' } }, 'options.uploadCutoff'],
      ['POST', '/storages', { name: 'x', type: 'local', options: { folder: 'relative' } }, 'options.folder'],
      [
        'POST',
        '/storages',
        { name: 'x', type: 'local', options: { folder: '/srv/x' }, limits: { concurrency: 0 } },
        'limits.concurrency',
      ],
      ['POST', '/storages/test', { type: 'local', options: {} }, 'options.folder'],
      ['POST', '/storages/zones/test', { type: 'qingstor', options: { endpoint: 'ftp://x' } }, 'options.endpoint'],
      ['PUT', `/storages/${SOME_ID}/prices`, { currency: 'yuan' }, 'storagePerGibMonth'],
      ['GET', `/storages/${SOME_ID}/usage?days=0`, undefined, 'days'],
      ['GET', '/storages?sort=options', undefined, 'sort'],
      ['POST', '/simulated-clouds', { type: 'qingzhou', instances: -1 }, 'instances'],
      ['GET', '/instances?limit=0', undefined, 'limit'],
      ['GET', '/instances?sort=password', undefined, 'sort'],
      ['GET', '/instances?state=flying', undefined, 'state.0'],
      ['GET', '/instances?cursor=nonsense', undefined, 'cursor'],
      ['GET', '/hosts/not-an-id', undefined, 'id'],
      ['POST', '/hosts', '{"name":', 'body'],
      ['POST', '/hosts', '[]', 'body'],
      ['POST', '/hosts', 'null', 'body'],
    ];
    for (const [method, path, body, field] of bodies) {
      const answer = await admin.request(method, path, body);
      assert.equal(answer.status, 400, `${method} ${path} ${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`);
      assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8');
      assert.equal(answer.body.code, 'invalid_request');
      assert.equal(answer.body.fields[0].field, field, JSON.stringify(answer.body));
      assert.ok(answer.body.hint);
    }
  });

  test('that does not exist is a problem too, and a page is the console', async () => {
    const answer = await admin.get('/nothing-here');
    assert.equal(answer.status, 404);
    assert.equal(answer.body.code, 'not_found');
    const page = await fetch(new URL('/instances?state=running', server.url));
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-type') ?? '', /text\/html/);
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'self'/);
    const missing = await fetch(new URL('/assets/nothing.js', server.url));
    assert.equal(missing.status, 404);
  });

  test('that takes a body refuses one that is too large or not JSON', async () => {
    const large = await admin.post('/hosts', { name: 'x'.repeat(2_000_000) });
    assert.equal(large.status, 413);
    assert.equal(large.body.code, 'payload_too_large');
    const form = await admin.request('POST', '/hosts', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' });
    assert.equal(form.status, 415);
  });
});
