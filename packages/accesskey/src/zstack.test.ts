import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { hasControlCharacter } from './control-character.ts';
import { contentSha256, formatZStackAuthorization, signZStack, verifyZStackSignature } from './zstack.ts';
import golden from './zstack.vectors.json' with { type: 'json' };
import { readZStackRequest } from './zstack-request.ts';

const secret = golden.accessKeySecret;
const line = fc.string({ unit: 'binary', maxLength: 30 }).filter((text) => !hasControlCharacter(text));
const partsOf = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  date: line,
  path: line.map((text) => `/v1/${text}`),
  extended: fc.option(
    fc.record({ query: line, contentSha256: fc.string({ maxLength: 8 }).map(contentSha256), idempotencyKey: line }),
    { nil: undefined },
  ),
});

describe('the ZStack signature', () => {
  for (const vector of golden.vectors) {
    test(`golden vector: ${vector.name}`, () => {
      assert.equal(signZStack(vector, secret), vector.signature);
      assert.equal(verifyZStackSignature(vector, secret, vector.signature), true);
      const read = readZStackRequest(
        {
          method: vector.method,
          target: `/zstack${vector.path}?limit=3`,
          contextPath: '/zstack',
          headers: {
            authorization: formatZStackAuthorization(golden.accessKeyId, vector.signature),
            date: vector.date,
          },
        },
        Date.parse(vector.instant),
      );
      assert.ok(read.ok);
      assert.deepEqual([read.accessKeyId, read.skewMs, read.contentSha256], [golden.accessKeyId, 0, null]);
      assert.equal(verifyZStackSignature(read.parts, secret, read.signature), true);
    });
  }

  test('what was signed verifies', () => {
    fc.assert(
      fc.property(partsOf, line, (parts, key) => verifyZStackSignature(parts, key, signZStack(parts, key))),
      { numRuns: 200 },
    );
  });

  test('any other part, secret or signature does not', () => {
    fc.assert(
      fc.property(partsOf, partsOf, (signed, claimed) => {
        fc.pre(JSON.stringify(signed) !== JSON.stringify(claimed));
        return !verifyZStackSignature(claimed, secret, signZStack(signed, secret));
      }),
      { numRuns: 200 },
    );
    const [vector] = golden.vectors;
    assert.ok(vector);
    const change = (changed: object) => verifyZStackSignature({ ...vector, ...changed }, secret, vector.signature);
    assert.equal(change({}), true);
    assert.equal(change({ method: 'DELETE' }), false);
    assert.equal(change({ path: '/v1/vm-instances/' }), false);
    assert.equal(change({ date: 'Fri, 06 Aug 2021 17:58:35 PRC' }), false);
    assert.equal(verifyZStackSignature(vector, `${secret} `, vector.signature), false);
  });

  test('one changed character in the signature is refused, also where it decodes to the same bytes', () => {
    const parts = { method: 'GET', date: 'x', path: '/' };
    const signature = signZStack(parts, secret);
    fc.assert(
      fc.property(fc.nat(signature.length - 1), fc.constantFrom(...'AZaz09+/=-_ '), (index, character) => {
        fc.pre(signature[index] !== character);
        return !verifyZStackSignature(
          parts,
          secret,
          signature.slice(0, index) + character + signature.slice(index + 1),
        );
      }),
      { numRuns: 300 },
    );
    for (const other of ['', `${signature}=`, ` ${signature}`, signature.slice(0, -1), `${signature}\n`]) {
      assert.equal(verifyZStackSignature(parts, secret, other), false, JSON.stringify(other));
    }
  });

  test('with the content hash announced, query, body and idempotency key are bound', () => {
    const extended = { query: 'a=1', contentSha256: contentSha256('{}'), idempotencyKey: 'k' };
    const parts = { method: 'POST', date: 'd', path: '/api/v1/hosts', extended };
    const signature = signZStack(parts, secret);
    assert.equal(verifyZStackSignature(parts, secret, signature), true);
    for (const change of [
      { query: 'a=2' },
      { query: '' },
      { contentSha256: contentSha256('') },
      { idempotencyKey: '' },
      { idempotencyKey: 'l' },
    ]) {
      assert.equal(verifyZStackSignature({ ...parts, extended: { ...extended, ...change } }, secret, signature), false);
    }
    assert.equal(verifyZStackSignature({ ...parts, extended: undefined }, secret, signature), false);
  });

  test('a line feed in the path cannot imitate the extended form', () => {
    const extended = { query: 'a=1', contentSha256: contentSha256(''), idempotencyKey: '' };
    const signature = signZStack({ method: 'GET', date: 'd', path: '/x', extended }, secret);
    const disguised = { method: 'GET', date: 'd', path: `/x\na=1\n${extended.contentSha256}\n` };
    assert.equal(verifyZStackSignature(disguised, secret, signature), false);
    assert.throws(() => signZStack(disguised, secret), /control character/);
  });

  test('an id that could not be read back is not put into a header', () => {
    for (const id of ['', 'a:b', 'a b', 'a\nb', 'é'])
      assert.throws(() => formatZStackAuthorization(id, 's'), TypeError);
  });
});
