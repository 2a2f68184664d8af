import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contentSha256, signZStack, signZStackHeaders, verifyZStackSignature } from './zstack.ts';
import { formatZStackDate } from './zstack-date.ts';
import { parseZStackAuthorization, readZStackRequest, zstackRefusals, zstackSignedPath } from './zstack-request.ts';

const key = { accessKeyId: 'N3Tf05yXZUmSjCf6mYIB', accessKeySecret: 'a-secret-of-a-test-and-of-nothing-else-00' };
const now = Date.parse('2026-11-21T06:12:05Z');
const date = formatZStackDate(now);
const signature = signZStack({ method: 'GET', date, path: '/v1/zones' }, key.accessKeySecret);
const good = { authorization: `ZStack ${key.accessKeyId}:${signature}`, date };
const read = (headers: Record<string, string | string[]>, target = '/v1/zones', method = 'GET') =>
  readZStackRequest({ method, target, headers }, now);
const reason = (...given: Parameters<typeof read>) => {
  const result = read(...given);
  return result.ok ? 'ok' : result.reason;
};

describe('reading a signed request', () => {
  test('a good one is read', () => assert.equal(reason(good), 'ok'));

  for (const [authorization, expected] of [
    ['', 'wrong_scheme'],
    ['OAuth 1234', 'wrong_scheme'],
    ['ZStackX a:b', 'wrong_scheme'],
    ['ZStack', 'malformed_authorization'],
    [`ZStack ${key.accessKeyId}`, 'malformed_authorization'],
    [`ZStack :${signature}`, 'malformed_authorization'],
    [`ZStack ${key.accessKeyId}:`, 'malformed_authorization'],
    [`ZStack a:b:${signature}`, 'malformed_authorization'],
    [`ZStack a:${signature}:${signature}`, 'malformed_authorization'],
    [`ZStack a:${signature}, ZStack b:${signature}`, 'malformed_authorization'],
    [`ZStack a b:${signature}`, 'malformed_authorization'],
    [`ZStack a:${signature.slice(0, -1)}`, 'malformed_authorization'],
    ['ZStack a:AAAAAAAAAAAAAAAAAAAAAAAAAAB=', 'malformed_authorization'],
  ] as const) {
    test(`Authorization ${JSON.stringify(authorization)} is refused: ${expected}`, () => {
      assert.equal(reason({ ...good, authorization }), expected);
    });
  }

  test('each other refusal has its own reason', () => {
    assert.equal(reason({ date }), 'missing_authorization');
    assert.equal(reason({ authorization: good.authorization }), 'missing_date');
    assert.equal(reason({ ...good, date: 'yesterday' }), 'bad_date');
    assert.equal(reason({ ...good, date: formatZStackDate(now - 16 * 60_000) }), 'clock_skew');
    assert.equal(reason({ ...good, date: formatZStackDate(now + 16 * 60_000) }), 'clock_skew');
    assert.equal(reason({ ...good, date: [date, date] }), 'repeated_header');
    assert.equal(reason({ ...good, authorization: [good.authorization, good.authorization] }), 'repeated_header');
    assert.equal(reason({ ...good, 'x-sampan-content-sha256': 'A'.repeat(64) }), 'bad_content_hash');
    assert.equal(reason(good, '/v1/%zz'), 'bad_request_line');
    assert.equal(reason(good, '/v1/a%0Ab'), 'bad_request_line');
    assert.equal(reason(good, '/v1/zones', 'get'), 'bad_request_line');
  });

  test('the words that both SDKs look for are in the plain-text refusals', () => {
    assert.match(zstackRefusals.unknown_access_key.text, /access key id/);
    assert.match(zstackRefusals.wrong_signature.text, /wrong accessKey signature/);
  });

  test('curl leaves blanks around values; they do not count', () => {
    assert.deepEqual(parseZStackAuthorization(`  ZStack   a:${signature} `), { ok: true, accessKeyId: 'a', signature });
  });

  test('the signed path is decoded, without context path, with its doubled slashes', () => {
    assert.equal(zstackSignedPath('/zstack/v1/zones//x', '/zstack'), '/v1/zones//x');
    assert.equal(zstackSignedPath('/v1/ip/fe80%3A%3A1'), '/v1/ip/fe80::1');
    assert.equal(zstackSignedPath('/zstackother/v1', '/zstack'), '/zstackother/v1');
    assert.equal(zstackSignedPath('/v1/%E4%B8%BB%E6%9C%BA'), '/v1/主机');
  });
});

describe('a request to our own API', () => {
  const body = '{"name":"主机-1"}';
  const extended = { query: 'dryRun=true', contentSha256: contentSha256(body), idempotencyKey: 'once' };
  const headers = signZStackHeaders(key, { method: 'POST', date, path: '/api/v1/a%2Fb', extended });
  const received: Record<string, string> = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const verifies = (changed: Record<string, string>, target = '/api/v1/a%2Fb?dryRun=true') => {
    const result = read(changed, target, 'POST');
    return result.ok && verifyZStackSignature(result.parts, key.accessKeySecret, result.signature);
  };

  test('verifies as it was sent, and says which body hash to check', () => {
    assert.equal(verifies(received), true);
    const result = read(received, '/api/v1/a%2Fb?dryRun=true', 'POST');
    assert.equal(result.ok && result.contentSha256, extended.contentSha256);
  });

  test('is broken by every change in between', () => {
    const { 'x-sampan-content-sha256': _hash, ...stripped } = received;
    const { 'idempotency-key': _key, ...repeated } = received;
    assert.equal(verifies(stripped), false, 'hash stripped');
    assert.equal(verifies(repeated), false, 'idempotency key stripped');
    assert.equal(verifies({ ...received, 'idempotency-key': 'twice' }), false);
    assert.equal(verifies({ ...received, 'x-sampan-content-sha256': contentSha256('{}') }), false);
    assert.equal(verifies(received, '/api/v1/a%2Fb?dryRun=false'), false);
    assert.equal(verifies(received, '/api/v1/a%2Fb'), false);
    assert.equal(verifies(received, '/api/v1/a/b?dryRun=true'), false);
    assert.equal(verifies({ ...good, 'x-sampan-content-sha256': contentSha256('') }, '/v1/zones'), false, 'hash added');
  });
});
