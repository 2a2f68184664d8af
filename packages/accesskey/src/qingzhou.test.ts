import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  encodeRpcParameters,
  formatRpcTimestamp,
  parseRpcTimestamp,
  qingzhouStringToSign,
  readQingzhouRequest,
  readRpcParameters,
  rpcEncode,
  signQingzhou,
  verifyQingzhouSignature,
} from './qingzhou.ts';
import golden from './qingzhou.vectors.json' with { type: 'json' };

const secret = golden.accessKeySecret;
const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const parameters = fc
  .dictionary(text, text, { maxKeys: 8 })
  .map((given): Record<string, string> => ({ ...given, SignatureMethod: 'HMAC-SHA256' }));

const base: Record<string, string> = Object.fromEntries(Object.entries(golden.vectors[0]?.parameters ?? {}));
const now = Date.parse('2016-02-23T12:46:24Z');
const signed: Record<string, string> = { ...base, Signature: signQingzhou('GET', { ...base }, secret) };

describe('the Qingzhou signature (RPC, version 1.0)', () => {
  for (const { name, valid, method, signature, parameters: given } of golden.vectors) {
    test(`golden vector ${name} is ${valid ? 'made and accepted' : 'refused'}`, () => {
      const flat = Object.fromEntries(Object.entries(given));
      assert.equal(signQingzhou(method, flat, secret) === signature, valid);
      assert.equal(verifyQingzhouSignature(method, { ...flat, Signature: signature }, secret), valid);
    });
  }

  test('the text that is signed for R1 is the published one', () => {
    assert.equal(qingzhouStringToSign('GET', { ...base }), golden.r1StringToSign);
  });

  test('verifies over the parameters as decoded, however the client encoded and ordered them', () => {
    fc.assert(
      fc.property(parameters, fc.boolean(), (given, asForm) => {
        const all = { ...given, Signature: signQingzhou('POST', given, secret) };
        const raw = asForm ? new URLSearchParams(Object.entries(all).reverse()).toString() : encodeRpcParameters(all);
        const read = readRpcParameters(asForm ? '' : raw, asForm ? raw : '');
        assert.ok(read.ok);
        assert.deepEqual({ ...read.parameters }, all);
        assert.ok(verifyQingzhouSignature('POST', read.parameters, secret));
      }),
      { numRuns: 200 },
    );
  });

  test('a changed, added or dropped parameter, another method or secret is refused', () => {
    fc.assert(
      fc.property(parameters, parameters, (given, claimed) => {
        fc.pre(encodeRpcParameters(given) !== encodeRpcParameters(claimed));
        return !verifyQingzhouSignature('POST', { ...claimed, Signature: signQingzhou('POST', given, secret) }, secret);
      }),
      { numRuns: 200 },
    );
    assert.equal(verifyQingzhouSignature('GET', signed, secret), true);
    assert.equal(verifyQingzhouSignature('POST', signed, secret), false);
    assert.equal(verifyQingzhouSignature('GET', signed, `${secret} `), false);
    assert.equal(verifyQingzhouSignature('GET', { ...signed, SignatureMethod: 'HMAC-SHA256' }, secret), false);
    assert.equal(verifyQingzhouSignature('GET', { ...signed, Signature: `${signed.Signature}=` }, secret), false);
  });

  test('encoding is RFC 3986 and round trips', () => {
    assert.equal(rpcEncode("a b+c*d~e!'()é"), 'a%20b%2Bc%2Ad~e%21%27%28%29%C3%A9');
    fc.assert(
      fc.property(text, (given) => {
        assert.match(rpcEncode(given), /^(?:[A-Za-z0-9\-_.~]|%[0-9A-F]{2})*$/);
        assert.equal(decodeURIComponent(rpcEncode(given)), given);
      }),
    );
  });

  test('a name given twice and a broken escape are refused', () => {
    assert.deepEqual(readRpcParameters('A=1&A=1'), { ok: false, reason: 'repeated_parameter' });
    assert.deepEqual(readRpcParameters('A=1', 'A=2'), { ok: false, reason: 'repeated_parameter' });
    assert.deepEqual(readRpcParameters('A=%E4%B8'), { ok: false, reason: 'malformed_parameter' });
    assert.deepEqual(readRpcParameters('A=%'), { ok: false, reason: 'malformed_parameter' });
  });
});

describe('reading the signing parameters', () => {
  const reason = (changed: Record<string, string>, shift = 0) => {
    const read = readQingzhouRequest({ ...signed, ...changed }, now + shift);
    return read.ok ? 'ok' : read.reason;
  };

  test('a good request is read', () => {
    assert.deepEqual(readQingzhouRequest(signed, now), {
      ok: true,
      accessKeyId: 'testid',
      nonce: base.SignatureNonce,
      timestamp: now,
      skewMs: 0,
    });
  });

  test('15 minutes either way, not a second more', () => {
    const quarter = 15 * 60_000;
    assert.deepEqual(
      [quarter, -quarter].map((shift) => reason({}, shift)),
      ['ok', 'ok'],
    );
    assert.deepEqual(
      [quarter + 1, -quarter - 1].map((shift) => reason({}, shift)),
      ['clock_skew', 'clock_skew'],
    );
  });

  test('each malformed parameter has its own reason', () => {
    for (const parameter of ['AccessKeyId', 'SignatureNonce', 'Timestamp', 'Signature', 'SignatureMethod']) {
      const read = readQingzhouRequest({ ...signed, [parameter]: '' }, now);
      assert.deepEqual(read, { ok: false, reason: 'missing_parameter', parameter });
    }
    assert.equal(reason({ SignatureMethod: 'HMAC-MD5' }), 'bad_signature_method');
    assert.equal(reason({ SignatureMethod: 'constructor' }), 'bad_signature_method');
    assert.equal(reason({ SignatureVersion: '2.0' }), 'bad_signature_method');
    assert.equal(reason({ Signature: 'abc' }), 'malformed_signature');
    for (const Timestamp of [
      '2016-02-23 12:46:24',
      '2016-02-30T12:46:24Z',
      '2016-02-23T24:00:00Z',
      '2016-02-23T12:46:24+08:00',
    ]) {
      assert.equal(reason({ Timestamp }), 'bad_timestamp', Timestamp);
    }
  });

  test('time stamps round trip to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        assert.equal(parseRpcTimestamp(formatRpcTimestamp(seconds * 1000)), seconds * 1000);
      }),
    );
  });
});
