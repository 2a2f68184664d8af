import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OptionField } from '@sampan/driver';
import { bytesText, optionsOf, problemsOf, valuesOf } from './form-values.ts';
import { serverProblems } from './server-problems.ts';

const label = { en: 'x', zh: 'x' };
const FIELDS: OptionField[] = [
  { name: 'endpoint', kind: 'url', label, required: true },
  { name: 'secret', kind: 'secret', label, required: true },
  { name: 'networkId', kind: 'text', label },
  { name: 'limit', kind: 'integer', label, minimum: 1, maximum: 100, default: 20 },
  { name: 'cache', kind: 'bytes', label },
  { name: 'verify', kind: 'boolean', label, default: true },
];

test('a new form is blank, with the defaults of yes-or-no fields in force', () => {
  assert.deepEqual(valuesOf(FIELDS, {}), {
    endpoint: '',
    secret: '',
    networkId: '',
    limit: '',
    cache: '',
    verify: true,
  });
});

test('what is left blank is not sent, so that the default can apply', () => {
  const values = { ...valuesOf(FIELDS, {}), endpoint: 'https://api.example', limit: '30' };
  assert.deepEqual(optionsOf(FIELDS, values), { endpoint: 'https://api.example', limit: 30, verify: true });
});

test('on a change, a field that became blank is said to be so, and a blank secret is kept', () => {
  const stored = { endpoint: 'https://api.example', networkId: 'vpc-1', verify: false };
  const values = { ...valuesOf(FIELDS, stored), networkId: '' };
  assert.deepEqual(optionsOf(FIELDS, values, { options: stored, cleared: new Set() }), {
    endpoint: 'https://api.example',
    networkId: null,
    verify: false,
  });
  const cleared = optionsOf(FIELDS, values, { options: stored, cleared: new Set(['secret']) });
  assert.equal(cleared.secret, null);
});

test('yes or no without a default may be left to what else is given', () => {
  const fields: OptionField[] = [{ name: 'pathStyle', kind: 'boolean', label }];
  assert.deepEqual(valuesOf(fields, {}), { pathStyle: '' });
  assert.deepEqual(optionsOf(fields, { pathStyle: '' }), {});
  assert.deepEqual(valuesOf(fields, { pathStyle: false }), { pathStyle: 'false' });
  assert.deepEqual(optionsOf(fields, { pathStyle: 'false' }), { pathStyle: false });
  const stored = { options: { pathStyle: true }, cleared: new Set<string>() };
  assert.deepEqual(optionsOf(fields, { pathStyle: '' }, stored), { pathStyle: null });
});

test('problems are found field by field, before the server is asked', () => {
  const problems = problemsOf(
    FIELDS,
    { ...valuesOf(FIELDS, {}), endpoint: 'api.example', limit: '1000', cache: 'much' },
    [],
  );
  assert.deepEqual(
    [...problems].map(([field, problem]) => [field, problem.code]),
    [
      ['endpoint', 'bad_format'],
      ['secret', 'required'],
      ['limit', 'too_large'],
      ['cache', 'wrong_type'],
    ],
  );
});

test('a stored secret need not be typed again', () => {
  const values = { ...valuesOf(FIELDS, {}), endpoint: 'https://api.example' };
  assert.deepEqual([...problemsOf(FIELDS, values, ['secret'])], []);
  assert.equal(problemsOf(FIELDS, values, []).get('secret')?.code, 'required');
});

test('a blank around a secret is found: it is the commonest cause of a refused signature', () => {
  const values = { ...valuesOf(FIELDS, {}), endpoint: 'https://api.example', secret: 'abc ' };
  assert.equal(problemsOf(FIELDS, values, []).get('secret')?.code, 'surrounding_blank');
});

test('what the server found wrong goes to its field, however the path is written', () => {
  const problem = (field: string) => ({ field, code: 'bad_format', message: field });
  const found = serverProblems([problem('options.endpoint'), problem('/name'), problem('body')], ['name', 'endpoint']);
  assert.deepEqual([...found.keys()], ['endpoint', 'name', '']);
});

test('a stored size is shown as it would be typed, and exactly', () => {
  assert.equal(bytesText(200 * 1024 ** 2), '200Mi');
  assert.equal(bytesText(5 * 1024 ** 3), '5Gi');
  assert.equal(bytesText(1_000_001), '1000001');
  assert.equal(bytesText(0), '0');
  assert.equal(valuesOf(FIELDS, { cache: 1536 }).cache, '1536');
});

test('a problem of a field beside the options goes to that field, also when an option has its last name', () => {
  const found = serverProblems(
    [{ field: '/limits/concurrency', code: 'too_large', message: 'x' }],
    ['concurrency', 'limits.concurrency'],
  );
  assert.deepEqual([...found.keys()], ['limits.concurrency']);
});
