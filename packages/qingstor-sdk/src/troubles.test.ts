import assert from 'node:assert/strict';
import { createServer as createHttpsServer } from 'node:https';
import { createServer } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { isQingStorError, type QingStorError, type QingStorErrorCode } from './index.ts';
import { BUCKET, liveBucket, liveClient, liveServer, loopback, once, pattern, testKey } from './testing.ts';
import { type Handler, httpProxy, refuse } from './testing-proxy.ts';
import { tlsCertificate, tlsKey } from './testing-tls.ts';

async function refusal(work: Promise<unknown>, code: QingStorErrorCode, hint: RegExp): Promise<QingStorError> {
  const error = await work.then(
    () => assert.fail(`no ${code}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(isQingStorError(error), inspect(error));
  assert.equal(error.code, code, inspect(error));
  assert.match(error.hint ?? '', hint);
  return error;
}

describe('Authentication Failed', () => {
  test('an unknown Access Key ID', async (context) => {
    const { server } = await liveBucket(context);
    const client = liveClient(context, server.endpoint, { accessKeyId: 'NOTTHEKEY00000000001' });
    await refusal(client.bucket(BUCKET).stats(), 'unknown_access_key', /Access Key ID is correct.*deactivated/);
    await refusal(client.bucket(BUCKET).upload('a', 'x'), 'unknown_access_key', /Verify/);
  });

  test('a wrong Secret Access Key, also where the answer has no text', async (context) => {
    const { server } = await liveBucket(context);
    const client = liveClient(context, server.endpoint, { secretAccessKey: 'wrong' });
    await refusal(client.bucket(BUCKET).stats(), 'signature_not_matched', /Secret Access Key are correct/);
    await refusal(client.bucket(BUCKET).head('a'), 'signature_not_matched', /Secret Access Key are correct/);
  });

  test('a clock that is an hour off: by how much, also where the answer has no text', async (context) => {
    const { server } = await liveBucket(context);
    for (const [offset, word] of [
      [3_600_000, 'ahead'],
      [-3_600_000, 'behind'],
    ] as const) {
      const client = liveClient(context, server.endpoint, { now: () => Date.now() + offset });
      for (const work of [() => client.bucket(BUCKET).stats(), () => client.bucket(BUCKET).head('a')]) {
        const error = await refusal(work(), 'clock_skew', /Set the clock/);
        assert.ok(Math.abs((error.skewMs ?? 0) + offset) < 5_000);
        assert.match(error.message, new RegExp(`(?:3599|3600|3601) s ${word}`));
      }
    }
  });
});

/** The vendor as it documents itself: buckets are only found in their zone, and the global host tells where that is. */
async function vendor(context: TestContext, handle?: Handler) {
  const proxy = await httpProxy(context, null, (request, response, index) => {
    if (handle?.(request, response, index)) return true;
    const { host = '', authorization } = request.headers;
    const [, name] = (request.url ?? '').split(/[/?]/);
    if (/^store\.test/.test(host) && name === BUCKET && authorization === undefined) {
      response.writeHead(301, { Location: `https://sh1a.store.test/${BUCKET}` }).end();
      return true;
    }
    return refuse(response, 404, 'bucket_not_exists');
  });
  return `http://store.test:${new URL(proxy.endpoint).port}`;
}

describe('Zone Mismatch', () => {
  test('a bucket that is not found is looked for in the other zones', async (context) => {
    const client = liveClient(context, await vendor(context), { lookup: loopback });
    for (const work of [
      ...[() => client.bucket(BUCKET).stats(), () => client.bucket(BUCKET).upload('a', pattern(5_000))],
      ...[() => client.bucket(BUCKET).upload('a', once(pattern(5_000_000))), () => client.bucket(BUCKET).download('a')],
    ]) {
      const error = await refusal(work(), 'wrong_zone', /Make sure the zone matches.*set the zone to sh1a/);
      assert.deepEqual([error.zone, error.bucket], ['sh1a', BUCKET]);
    }
    assert.equal(await client.findZone(BUCKET), 'sh1a');
  });

  test('a redirect to another zone says so too, of either form', async (context) => {
    for (const [status, location] of [
      [301, `https://gd2.store.test/${BUCKET}/a`],
      [307, `https://${BUCKET}.gd2.store.test/a`],
    ] as const) {
      const endpoint = await vendor(context, (_, response) => {
        response.writeHead(status, { Location: location }).end();
        return true;
      });
      const bucket = liveClient(context, endpoint, { lookup: loopback }).bucket(BUCKET);
      await refusal(bucket.upload('a', 'x'), 'wrong_zone', /gd2/);
      await refusal(bucket.download('a'), 'wrong_zone', /gd2/);
    }
  });

  test('the older way of looking a zone up works too', async (context) => {
    const endpoint = await vendor(context, ({ headers, url }, response) => {
      if (!headers.host?.startsWith(`${BUCKET}.store.test`)) return refuse(response, 404, 'bucket_not_exists');
      assert.equal(url, '/');
      response.writeHead(307, { Location: `https://${BUCKET}.ap3.store.test/` }).end();
      return true;
    });
    assert.equal(await liveClient(context, endpoint, { lookup: loopback }).findZone(BUCKET), 'ap3');
  });
});

test('Bucket Not Found', async (context) => {
  const { endpoint } = await liveServer(context);
  const bucket = liveClient(context, endpoint).bucket('not-there');
  const hint = /Confirm that the bucket exists in your selected zone/;
  for (const work of [() => bucket.list(), () => bucket.upload('a', 'x'), () => bucket.stats()]) {
    const error = await refusal(work(), 'bucket_not_found', hint);
    assert.equal(error.bucket, 'not-there');
  }
  await refusal(bucket.upload('a', once(pattern(9_000_000))), 'bucket_not_found', hint);
  const client = liveClient(context, await vendor(context), { lookup: loopback });
  await refusal(client.bucket('not-there').stats(), 'bucket_not_found', hint);
});

describe('Endpoint Errors', () => {
  const hint = /Leave the endpoint blank unless you are connecting to a private or custom QingStor deployment/;

  test('a private endpoint whose host or zone has no name here', async (context) => {
    const lookup: typeof loopback = (host, _options, done) => {
      done(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND', hostname: host }), '');
    };
    const client = liveClient(context, 'https://store.internal', { lookup });
    const error = await refusal(client.bucket(BUCKET).stats(), 'endpoint_unreachable', hint);
    assert.match(error.message, /There is no host pek3a\.store\.internal/);
    assert.match(error.hint ?? '', /put the zone into the endpoint or leave it empty/);
    const standard = liveClient(context, '', { lookup });
    await refusal(standard.bucket(BUCKET).stats(), 'endpoint_unreachable', /^Check that this machine reaches/);
  });

  test('nothing listens there', async (context) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const client = liveClient(context, `http://127.0.0.1:${port}`, { connectionRetries: 1 });
    const error = await refusal(client.listBuckets(), 'endpoint_unreachable', hint);
    assert.equal(error.systemCode, 'ECONNREFUSED');
  });

  test('a certificate of its own is refused, and accepted where it is given', async (context) => {
    const server = createHttpsServer({ key: tlsKey, cert: tlsCertificate }, (request, response) => {
      response.setHeader('Content-Type', 'application/json').setHeader('x-qs-request-id', 'x');
      request.resume().on('end', () => response.end('{"count":0,"buckets":[]}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    context.after(() => server.close().closeAllConnections());
    const address = server.address();
    const endpoint = `https://store.test:${typeof address === 'object' ? address?.port : 0}`;
    const untrusting = liveClient(context, endpoint, { lookup: loopback });
    await refusal(untrusting.listBuckets(), 'endpoint_untrusted', /caCertificates/);
    const trusting = liveClient(context, endpoint, { lookup: loopback, caCertificates: tlsCertificate });
    assert.deepEqual(await trusting.listBuckets(), []);
    const plain = liveClient(context, endpoint.replace('https:', 'http:'), { lookup: loopback, connectionRetries: 0 });
    assert.ok(isQingStorError(await plain.listBuckets().catch((error: unknown) => error)));
  });

  test('https to a server that speaks http only', async (context) => {
    const { endpoint } = await liveServer(context);
    const client = liveClient(context, endpoint.replace('http:', 'https:'));
    const error = await refusal(client.listBuckets(), 'endpoint_unreachable', hint);
    assert.match(error.message, /is it http:\/\/ instead of https:\/\/\?/);
  });

  test('something that is no HTTP at all', async (context) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end('SSH-2.0-OpenSSH_9.6\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    context.after(() => server.close());
    const address = server.address();
    const client = liveClient(context, `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
    await refusal(client.listBuckets(), 'not_qingstor', /Log in to the network/);
  });
});

describe('a proxy that answers HTML', () => {
  for (const status of [200, 302, 403, 404, 502]) {
    test(`with ${status}`, async (context) => {
      const proxy = await httpProxy(context, null, (_, response) => {
        response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', Location: 'http://login.test/' });
        response.end('<!DOCTYPE html><title>Log in</title>');
        return true;
      });
      const client = liveClient(context, proxy.endpoint, { connectionRetries: 0 });
      const bucket = client.bucket(BUCKET);
      for (const work of [
        ...[() => client.listBuckets(), () => bucket.exists(), () => bucket.head('a'), () => bucket.download('a')],
        ...[() => bucket.upload('a', 'x'), () => bucket.deleteObject('a'), () => bucket.list(), () => bucket.create()],
        () => bucket.upload('a', once(pattern(5_000_000))),
      ]) {
        const error = await refusal(work(), 'not_qingstor', /Log in to the network or have the proxy let/);
        assert.match(error.message, /A web page was answered/);
      }
    });
  }

  test('is not an object that is HTML', async (context) => {
    const { bucket } = await liveBucket(context);
    await bucket.upload('index.html', '<!doctype html>', { contentType: 'text/html' });
    assert.equal((await bucket.head('index.html')).contentType, 'text/html');
    assert.equal((await (await bucket.download('index.html')).bytes()).toString(), '<!doctype html>');
  });
});

test('answers that are no JSON, or another service’s, are told as such', async (context) => {
  const proxy = await httpProxy(context, null, (_, response) => {
    response.writeHead(403, { 'Content-Type': 'application/xml' }).end('<?xml version="1.0"?><Error/>');
    return true;
  });
  const client = liveClient(context, proxy.endpoint);
  await refusal(client.listBuckets(), 'unexpected_answer', /Leave the endpoint blank/);
});

test('no error holds a secret or a signature, whatever the other side says back', async (context) => {
  const statuses = [400, 401, 403, 404, 429, 500];
  const proxy = await httpProxy(context, null, ({ headers }, response, index) => {
    const { authorization = '' } = headers;
    const text = `you sent ${authorization}; the key is ${testKey.secretAccessKey}`;
    const body = JSON.stringify({ code: `x_${testKey.secretAccessKey}`, message: text, url: authorization });
    response.writeHead(statuses[index % statuses.length] ?? 400, { 'Content-Type': 'application/json' }).end(body);
    response.once('finish', () => sent.push(authorization.slice(authorization.indexOf(':') + 1)));
    return true;
  });
  const sent: string[] = [];
  const bucket = liveClient(context, proxy.endpoint, { connectionRetries: 0 }).bucket(BUCKET);
  const errors: unknown[] = [];
  for (let index = 0; index < 2 * statuses.length; index += 1) {
    await bucket.list().catch((error: unknown) => errors.push(error));
    await bucket.upload('a', once(pattern(5_000_000))).catch((error: unknown) => errors.push(error));
  }
  const shown = inspect(errors, { depth: 9, showHidden: true }) + JSON.stringify(errors) + errors.map(String).join();
  assert.ok(errors.length > 20 && sent.length > 20 && sent.every((signature) => signature.length > 40));
  assert.ok(!shown.includes(testKey.secretAccessKey));
  for (const signature of sent) assert.ok(!shown.includes(signature));
});
