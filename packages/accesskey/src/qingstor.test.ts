import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readQuery, splitTarget } from './percent.ts';
import {
  formatQingStorAuthorization,
  presignQingStor,
  type QingStorSignedParts,
  qingstorPath,
  qingstorStringToSign,
  signQingStor,
  signQingStorForm,
  signQingStorHeaders,
  verifyQingStorForm,
  verifyQingStorSignature,
} from './qingstor.ts';
import golden from './qingstor.vectors.json' with { type: 'json' };
import { readQingStorRequest } from './qingstor-request.ts';

const secret = 'a-secret-only-for-tests';
const key = { accessKeyId: 'TESTKEY', secretAccessKey: secret };
const date = 'Fri, 20 Nov 2026 22:16:55 GMT';
const now = Date.parse(date);
const anyKey = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });

describe('the QingStor signature', () => {
  for (const vector of golden.vectors) {
    const { name, signature, stringToSign } = vector;
    const parts: QingStorSignedParts = { ...vector, headers: Object.fromEntries(Object.entries(vector.headers)) };
    test(`golden vector ${name}`, () => {
      assert.equal(qingstorStringToSign(parts), stringToSign);
      assert.equal(signQingStor(parts, vector.secret), signature);
      assert.equal(verifyQingStorSignature(parts, vector.secret, signature), true);
      assert.equal(verifyQingStorSignature({ ...parts, method: 'HEAD' }, vector.secret, signature), false);
      assert.equal(verifyQingStorSignature(parts, `${vector.secret} `, signature), false);
    });
  }

  test('what was signed verifies, over headers or over the query, for any key', () => {
    fc.assert(
      fc.property(anyKey, anyKey, fc.option(fc.constant('my-bucket'), { nil: undefined }), (name, value, bucket) => {
        const target = `${qingstorPath(bucket === undefined ? 'my-bucket' : name, bucket && name)}?prefix=${encodeURIComponent(value)}`;
        const headers = signQingStorHeaders(key, { method: 'GET', target, virtualHostBucket: bucket }, now);
        const read = readQingStorRequest({ method: 'GET', target, virtualHostBucket: bucket, headers }, now);
        assert.ok(read.ok && read.accessKeyId === 'TESTKEY');
        assert.ok(verifyQingStorSignature(read.parts, secret, read.signature));
        const expires = now / 1000 + 60;
        const signed = presignQingStor(key, { method: 'GET', target, virtualHostBucket: bucket, expires });
        const query = readQingStorRequest({ method: 'GET', target: signed, virtualHostBucket: bucket }, now);
        assert.ok(query.ok && verifyQingStorSignature(query.parts, secret, query.signature));
      }),
    );
  });

  test('path, signed parameters, own headers, type, MD5 and date are bound; other parameters are free', () => {
    const parts = { method: 'PUT', target: '/b/k?acl&prefix=a', headers: { Date: date, 'x-qs-a': '1' } };
    const signature = signQingStor(parts, secret);
    const accepts = (change: Partial<QingStorSignedParts>) =>
      verifyQingStorSignature({ ...parts, ...change }, secret, signature);
    assert.equal(accepts({ target: '/b/k?prefix=other&acl=' }), true);
    assert.equal(accepts({ headers: { date, 'X-QS-A': ' 1 ', 'user-agent': 'x' } }), true);
    for (const change of [
      { target: '/b/k' },
      { target: '/b/k?acl&uploads' },
      { target: '/b/%6B?acl' },
      { target: '/b/k?acl=x' },
      { headers: { Date: date } },
      { headers: { Date: date, 'x-qs-a': '1', 'x-qs-b': '2' } },
      { headers: { Date: date, 'x-qs-a': '1', 'Content-Type': 'a/b' } },
      { headers: { Date: date, 'x-qs-a': '1', 'Content-MD5': 'x' } },
      { headers: { Date: date, 'x-qs-a': '1\nx-qs-b:2' } },
      { virtualHostBucket: 'b' },
      { expires: 1 },
    ]) {
      assert.equal(accepts(change), false, JSON.stringify(change));
    }
  });

  test('older clients: no slash after the bucket, and parameters they do not know; never in a presigned URL', () => {
    const headers = { Date: date };
    const signed = (target: string) => signQingStor({ method: 'GET', target, headers }, secret);
    const accepts = (signature: string, parts: Partial<QingStorSignedParts>) =>
      verifyQingStorSignature({ method: 'GET', target: '/', headers, ...parts }, secret, signature);
    assert.equal(accepts(signed('/bucket?acl'), { target: '/?acl', virtualHostBucket: 'bucket' }), true);
    assert.equal(accepts(signed('/bucket?acl'), { target: '/bucket/?acl' }), true);
    assert.equal(accepts(signed('/bucket/k?acl'), { target: '/bucket/k/?acl' }), false);
    assert.equal(accepts(signed('/b/k?append'), { target: '/b/k?append&position=7' }), true);
    assert.equal(accepts(signed('/b?'), { target: '/b?replication' }), true);
    assert.equal(accepts(signed('/b?'), { target: '/b?acl' }), false);
    const expires = now / 1000;
    const presigned = signQingStor({ method: 'GET', target: '/b', expires }, secret);
    assert.equal(accepts(presigned, { target: '/b', headers: {}, expires }), true);
    assert.equal(accepts(presigned, { target: '/b?replication', headers: {}, expires }), false);
  });

  test('a signature in another spelling is refused, and nothing makes verifying throw', () => {
    const parts = { method: 'GET', target: '/', headers: { Date: date } };
    const signature = signQingStor(parts, secret);
    for (const other of ['', `${signature}=`, signature.slice(0, -1), `${signature}\n`, signature.toLowerCase()])
      assert.equal(verifyQingStorSignature(parts, secret, other), false);
    assert.equal(verifyQingStorSignature({ method: 'GET', target: '/?a=%' }, secret, signature), false);
    assert.equal(verifyQingStorSignature({ method: 'GET', target: 'x' }, secret, signature), false);
  });

  test('a form is signed over its policy text', () => {
    const policy = Buffer.from('{"key":"a"}').toString('base64');
    const signature = signQingStorForm(policy, secret);
    assert.equal(verifyQingStorForm(policy, secret, signature), true);
    assert.equal(verifyQingStorForm(`${policy}=`, secret, signature), false);
  });

  test('paths are encoded so that they decode to the key, dots and double slashes included', () => {
    assert.equal(qingstorPath('b', "a b/../c//+%é!'()*"), '/b/a%20b/../c//%2B%25%C3%A9%21%27%28%29%2A');
    fc.assert(fc.property(anyKey, (name) => decodeURIComponent(qingstorPath('b', name)) === `/b/${name}`));
    assert.deepEqual(readQuery(splitTarget('/x?a=1&b&c=+%2B').query), [
      ['a', '1'],
      ['b', ''],
      ['c', ' +'],
    ]);
  });
});

describe('reading a QingStor request', () => {
  const read = (headers: Record<string, string>, target = '/') =>
    readQingStorRequest({ method: 'GET', target, headers }, now);
  const reason = (headers: Record<string, string>, target = '/') => {
    const result = read(headers, target);
    return result.ok ? 'ok' : result.reason;
  };
  const authorization = formatQingStorAuthorization('ID', 'c2ln');

  test('each refusal has its reason', () => {
    assert.equal(reason({}), 'unsigned');
    assert.equal(reason({ Date: date, Authorization: authorization }), 'ok');
    assert.equal(reason({ authorization, 'x-qs-date': date, date: 'nonsense' }), 'ok');
    assert.equal(reason({ authorization: 'QS x', date }), 'malformed_authorization');
    assert.equal(reason({ authorization: 'Bearer x', date }), 'malformed_authorization');
    assert.equal(reason({ authorization }), 'missing_date');
    assert.equal(reason({ authorization, date: '2026-11-20T22:16:55Z' }), 'bad_date');
    assert.equal(reason({ authorization, date }, '/?a=%E4'), 'malformed_query');
    assert.equal(reason({}, '/?access_key_id=a&expires=x&signature=s'), 'malformed_authorization');
    assert.equal(reason({}, `/?access_key_id=a&expires=${now / 1000 - 1}&signature=s`), 'expired');
    assert.equal(reason({}, `/?access_key_id=a&expires=${now / 1000}&signature=s`), 'ok');
  });

  test('15 minutes either way, not a second more', () => {
    const at = (shift: number) => {
      const result = readQingStorRequest({ method: 'GET', target: '/', headers: { authorization, date } }, now + shift);
      return result.ok ? 'ok' : result.reason;
    };
    assert.deepEqual([900_000, -900_000, 900_001, -900_001].map(at), ['ok', 'ok', 'clock_skew', 'clock_skew']);
  });
});
