import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { classify, presentableText } from './answer.ts';
import { createQingzhouClient } from './client.ts';
import { openapiProfile } from './profiles/index.ts';
import { everythingOf, impatientClient, json, scriptedServer, testKey } from './testing.ts';

const { signal } = new AbortController();

describe('errors', () => {
  for (const [remoteCode, status, code] of [
    ['Throttling', 429, 'throttled'],
    ['Throttling.Api', 400, 'throttled'],
    ['InvalidSignature', 403, 'invalid_signature'],
    ['SignatureDoesNotMatch', 400, 'invalid_signature'],
    ['InvalidTimeStamp.Expired', 400, 'clock_skew'],
    ['SignatureNonceUsed', 400, 'nonce_used'],
    ['InvalidAccessKeyId.NotFound', 404, 'unknown_access_key'],
    ['InvalidAccessKeyId.Inactive', 400, 'access_key_disabled'],
    ['Forbidden.NoPermission', 403, 'permission_denied'],
    ['Forbidden.RAM', 403, 'permission_denied'],
    ['IpNotAllowed', 403, 'address_not_allowed'],
    ['IncorrectInstanceStatus', 403, 'wrong_state'],
    ['IncorrectDiskStatus', 409, 'wrong_state'],
    ['OperationConflict', 409, 'wrong_state'],
    ['InvalidInstanceId.NotFound', 404, 'not_found'],
    ['InvalidWidgetId.NotFound', 400, 'not_found'],
    ['InvalidAction.NotFound', 404, 'unsupported_action'],
    ['QuotaExceeded.Instance', 403, 'quota_exceeded'],
    ['InsufficientBalance', 400, 'insufficient_balance'],
    ['InvalidParameter.Name', 400, 'invalid_parameter'],
    ['MissingParameter', 400, 'invalid_parameter'],
    ['ServiceUnavailable', 503, 'cloud_unavailable'],
    ['Brand.New', 400, 'request_refused'],
    ['Brand.New', 429, 'request_refused'],
    ['Brand.New', 502, 'cloud_unavailable'],
  ] as const) {
    test(`${remoteCode} with status ${status} is ${code}`, () => {
      assert.equal(classify(openapiProfile, remoteCode, status).code, code);
    });
  }

  test('a Code is an error whatever the status, and says what the vendor said', async (context) => {
    const { url } = await scriptedServer(context, [
      json(200, { RequestId: 'REQ-1', Code: 'Forbidden.NoPermission', Message: 'ecs:StartInstance on i-1' }),
    ]);
    await assert.rejects(impatientClient(url).client.call('DescribeRegions', {}, { signal }), {
      code: 'permission_denied',
      remoteCode: 'Forbidden.NoPermission',
      requestId: 'REQ-1',
      httpStatus: 200,
      action: 'DescribeRegions',
      message: 'Qingzhou Cloud refused DescribeRegions: Forbidden.NoPermission: ecs:StartInstance on i-1',
    });
  });

  for (const [what, status, body, headers, code, message] of [
    [
      'an HTML page',
      200,
      '<!DOCTYPE html><p>Welcome',
      {},
      'unexpected_answer',
      /an HTML page.*does not seem to be the API/,
    ],
    ['a gateway page', 502, '<html>Bad gateway', {}, 'cloud_unavailable', /502 and an HTML page/],
    ['a redirect', 302, '', { location: 'http://127.0.0.1:9/' }, 'unexpected_answer', /redirect/],
    ['nothing', 200, '', {}, 'unexpected_answer', /empty body/],
    ['an array', 200, '[]', {}, 'unexpected_answer', /not an object/],
    ['a bare 404', 404, '{}', {}, 'unexpected_answer', /without an error code/],
    ['a bare 429', 429, 'slow down', {}, 'throttled', /429/],
  ] as const) {
    test(`${what} with status ${status} is ${code}`, async (context) => {
      const { url } = await scriptedServer(context, [
        (response) => {
          response.writeHead(status, headers);
          response.end(body);
        },
      ]);
      const { client } = impatientClient(url, { maximumAttempts: 1 });
      await assert.rejects(client.call('DescribeRegions', {}, { signal }), { code, message });
    });
  }

  test('no answer in time, no server, a caller that gives up', async (context) => {
    const { url } = await scriptedServer(context, [() => undefined]);
    const { client } = impatientClient(url, { timeoutMs: 30, maximumAttempts: 1 });
    await assert.rejects(client.call('DescribeRegions', {}, { signal }), { code: 'cloud_timeout', retryable: true });
    await assert.rejects(client.call('DescribeRegions', {}, { signal: AbortSignal.abort() }), { code: 'cancelled' });
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const address = free.address();
    free.close();
    await once(free, 'close');
    const port = typeof address === 'object' ? address?.port : 0;
    const { client: lonely } = impatientClient(`http://127.0.0.1:${port}`, { maximumAttempts: 2 });
    await assert.rejects(lonely.call('DescribeRegions', {}, { signal }), {
      code: 'cloud_unreachable',
      systemCode: 'ECONNREFUSED',
      retryable: true,
    });
  });

  test('a caller that gives up during a pause is let go', async (context) => {
    const { url } = await scriptedServer(context, [json(503, { Code: 'ServiceUnavailable' }, { 'retry-after': '20' })]);
    const controller = new AbortController();
    const client = createQingzhouClient({ ...testKey, endpoint: url });
    const call = client.call('DescribeRegions', {}, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(call, { code: 'cancelled' });
  });

  test('an endpoint that is none is refused', () => {
    for (const endpoint of ['', 'api.qingzhou.cn', 'ftp://x', 'https://user:word@x', 'https://x?a=b']) {
      assert.throws(() => createQingzhouClient({ ...testKey, endpoint }), { code: 'invalid_parameter' });
    }
  });

  test('no secret, signature, password or signed text is in any error, whatever the other side repeats', async (context) => {
    const Password = 'Hunter2-hunter2';
    for (const action of ['ResetPassword', 'DescribeRegions']) {
      for (const code of ['SignatureDoesNotMatch', 'InvalidParameter.Password', 'InternalError', 'A signature=x']) {
        let given = '';
        const { url } = await scriptedServer(context, [
          (response, { url: address, parameters, method }) => {
            given = parameters.get('Signature') ?? '';
            const text = `server string to sign is:${method}&%2F&${encodeURIComponent(parameters.toString())} ${address}`;
            json(400, { RequestId: `${Password}${'x'.repeat(500)}`.slice(20), Code: code, Message: text })(response);
          },
        ]);
        const { client } = impatientClient(url, { maximumAttempts: 1 });
        await assert.rejects(client.call(action, { Password }, { signal }), (error: unknown) => {
          const shown = everythingOf(error);
          for (const secret of [testKey.accessKeySecret, Password, given, encodeURIComponent(given), '%26']) {
            assert.ok(secret !== '' && !shown.includes(secret), `${code} shows ${secret}`);
          }
          return true;
        });
      }
    }
  });

  test('what the vendor says about a wrong signature is never repeated, however harmless it looks', async (context) => {
    const { url } = await scriptedServer(context, [
      json(403, { RequestId: 'r', Code: 'InvalidSignature', Message: 'GET/testid' }),
    ]);
    await assert.rejects(impatientClient(url).client.call('DescribeRegions', {}, { signal }), {
      code: 'invalid_signature',
      message: 'Qingzhou Cloud refused DescribeRegions: InvalidSignature',
    });
  });

  test('no text that holds a secret is shown', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string(), (before, secret, after) => {
        assert.equal(presentableText(before + secret + after, [secret]), '');
      }),
    );
  });
});
