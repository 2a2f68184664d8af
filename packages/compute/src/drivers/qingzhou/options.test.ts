import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { optionsJsonSchema, sealedFields, validateOptions } from '@sampan/driver';
import { computeDriverTypes } from '../index.ts';
import { qingzhouDriverType } from './index.ts';
import { qingzhouOptions, readQingzhouOptions } from './options.ts';

const good = { region: 'cn-north-1', accessKeyId: 'id', accessKeySecret: 'secret' };
const codesOf = (input: object) =>
  validateOptions(qingzhouOptions, { ...good, ...input }).problems.map((each) => `${each.field} ${each.code}`);
const refusalsOf = (endpoint: string, allowPlainHttp = false) =>
  qingzhouDriverType.validate?.({ ...good, endpoint, allowPlainHttp }).map((each) => each.code);

describe('the options of a Qingzhou host', () => {
  test('are those of the vendor’s guide, in its order and words, and then ours', () => {
    assert.deepEqual(
      qingzhouOptions.filter((field) => !field.advanced).map((field) => field.label.en),
      ['API Endpoint', 'Region', 'AccessKey ID', 'AccessKey Secret', 'VPC ID', 'Default Image', 'Default Flavor'],
    );
    assert.deepEqual(
      qingzhouOptions.filter((field) => field.advanced).map((field) => field.name),
      ['signatureMethod', 'profile', 'requestsPerSecond', 'cacheSeconds', 'allowPlainHttp'],
    );
    assert.deepEqual(sealedFields(qingzhouOptions), ['accessKeySecret']);
    assert.equal(JSON.stringify(optionsJsonSchema(qingzhouOptions)).includes('"writeOnly":true'), true);
  });

  test('have both languages everywhere', () => {
    for (const type of computeDriverTypes) {
      const texts = [
        type.label,
        type.description,
        type.notice,
        ...type.options.flatMap((field) => [field.label, field.help]),
      ];
      for (const text of texts) if (text) assert.ok(text.en !== '' && text.zh !== '');
    }
    assert.match(qingzhouDriverType.notice?.en ?? '', /assumed/);
  });

  test('three are enough; the rest has defaults', () => {
    const { values, problems } = validateOptions(qingzhouOptions, good);
    assert.deepEqual(problems, []);
    const { profile, ...read } = readQingzhouOptions(values);
    assert.equal(profile.name, 'openapi');
    assert.deepEqual(read, {
      ...good,
      endpoint: 'https://api.qingzhou.cn',
      vpcId: undefined,
      defaultImage: undefined,
      defaultFlavor: undefined,
      signatureMethod: 'HMAC-SHA1',
      requestsPerSecond: 20,
      cacheSeconds: 0,
    });
  });

  test('any region and endpoint can be typed, a secret with blanks around it cannot', () => {
    assert.deepEqual(codesOf({ region: 'cn-west-9', endpoint: 'https://gateway.example.com/openapi' }), []);
    assert.deepEqual(codesOf({ accessKeySecret: 'secret ' }), ['accessKeySecret surrounding_blank']);
    assert.deepEqual(codesOf({ region: '', signatureMethod: 'MD5', requestsPerSecond: 0 }), [
      'region required',
      'signatureMethod not_offered',
      'requestsPerSecond too_small',
    ]);
  });

  test('plain HTTP is for this machine, or with permission', () => {
    assert.deepEqual(refusalsOf('https://api.qingzhou.cn'), []);
    assert.deepEqual(refusalsOf('http://127.0.0.1:7410'), []);
    assert.deepEqual(refusalsOf('http://localhost:7410'), []);
    assert.deepEqual(refusalsOf('http://[::1]:7410'), []);
    assert.deepEqual(refusalsOf('http://api.qingzhou.cn'), ['plain_http']);
    assert.deepEqual(refusalsOf('http://127.0.0.1.example.com'), ['plain_http']);
    assert.deepEqual(refusalsOf('http://api.qingzhou.cn', true), []);
    assert.deepEqual(refusalsOf('https://user:word@api.qingzhou.cn'), ['bad_format']);
    assert.deepEqual(refusalsOf('https://api.qingzhou.cn/?a=b'), ['bad_format']);
  });
});
