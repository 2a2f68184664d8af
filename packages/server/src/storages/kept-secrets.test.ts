import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OptionsSchema } from '@sampan/driver';
import { localDriverType, qingstorDriverType } from '@sampan/storage';
import { InvalidRequest } from '../platform/http/problem.ts';
import { withKeptSecrets } from './kept-secrets.ts';

const label = { en: 'x', zh: 'x' };
const sftp: OptionsSchema = [
  { name: 'host', kind: 'text', label },
  { name: 'port', kind: 'integer', label, default: 22 },
  { name: 'region', kind: 'text', label },
  { name: 'folder', kind: 'text', label },
  { name: 'password', kind: 'secret', label },
];
const stored = { host: 'nas', folder: '/a', password: 'hidden' };

function demanded(schema: OptionsSchema, before: typeof stored | object, given: object): string | null {
  try {
    withKeptSecrets(schema, before as never, given as never);
    return null;
  } catch (error) {
    assert.ok(error instanceof InvalidRequest);
    return error.fields.map((field) => field.field).join();
  }
}

describe('a stored secret', () => {
  test('stays with what does not change where it goes', () => {
    for (const given of [{ folder: '/b' }, { host: 'nas' }, { port: 22 }, { port: '22' }, { port: '' }, { port: null }])
      assert.deepEqual(withKeptSecrets(sftp, stored, given).password, 'hidden', JSON.stringify(given));
  });

  test('must be given again for another host or port', () => {
    for (const given of [{ host: 'evil.example' }, { host: '' }, { port: 2222 }])
      assert.equal(demanded(sftp, stored, given), 'options.password', JSON.stringify(given));
  });

  test('that is given or cleared goes with the new address', () => {
    assert.equal(withKeptSecrets(sftp, stored, { host: 'b', password: 'new' }).password, 'new');
    assert.equal(demanded(sftp, stored, { host: 'b', password: '' }), null);
  });

  test('is not asked for where there is none', () => {
    assert.equal(demanded(sftp, { host: 'nas' }, { host: 'b' }), null);
    assert.equal(demanded(localDriverType.options, { folder: '/a' }, { folder: '/b' }), null);
  });

  test('may go to another zone of the same endpoint, and never to another endpoint', () => {
    const qingstor = { accessKeyId: 'id', secretAccessKey: 'hidden' };
    const { options } = qingstorDriverType;
    assert.equal(demanded(options, qingstor, { zone: 'sh1a' }), null);
    assert.equal(
      demanded(options, qingstor, { endpoint: 'https://qingstor.com:443' }),
      null,
      'the default, written out',
    );
    assert.equal(demanded(options, qingstor, { endpoint: 'https://evil.example' }), 'options.secretAccessKey');
    assert.equal(
      demanded(options, { ...qingstor, endpoint: 'https://own.example' }, { endpoint: '' }),
      'options.secretAccessKey',
    );
  });

  test('does not follow a region or zone that names another host', () => {
    for (const region of ['x.evil.example', 'evil.example/', '@evil', 'a#'])
      assert.equal(demanded(sftp, stored, { region }), 'options.password', region);
  });
});
