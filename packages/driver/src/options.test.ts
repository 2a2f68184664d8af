import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OptionsSchema, optionsJsonSchema, sealedFields, validateOptions } from './options.ts';

const label = { en: 'x', zh: 'x' };
const schema: OptionsSchema = [
  { name: 'endpoint', kind: 'url', label, required: true, default: 'https://api.example.com' },
  { name: 'key', kind: 'text', label, required: true, maximumLength: 5, pattern: '[a-z]+' },
  { name: 'secret', kind: 'secret', label },
  { name: 'zone', kind: 'text', label, choices: [{ value: 'a', label }] },
  { name: 'open', kind: 'text', label, choices: [{ value: 'a', label }], openEnded: true },
  { name: 'count', kind: 'integer', label, minimum: 1, maximum: 10 },
  { name: 'size', kind: 'bytes', label, maximum: 5 * 1024 ** 3 },
  { name: 'on', kind: 'boolean', label },
];

const problem = (input: Record<string, unknown>) => {
  const { problems } = validateOptions(schema, { key: 'ok', ...input });
  return problems.map(({ field, code }) => `${field} ${code}`).join();
};

test('blank fields are left out, so that a default can change later', () => {
  const { values, problems } = validateOptions(schema, { key: 'ok', endpoint: '', secret: null, zone: undefined });
  assert.deepEqual(values, { key: 'ok' });
  assert.deepEqual(problems, []);
});

test('texts of numbers, sizes and switches are read, as forms and flags send them', () => {
  const { values } = validateOptions(schema, { key: 'ok', count: '7', size: '200Mi', on: 'true' });
  assert.deepEqual(values, { key: 'ok', count: 7, size: 200 * 1024 ** 2, on: true });
  assert.deepEqual(validateOptions(schema, { key: 'ok', size: '1.5G' }).values.size, 1_500_000_000);
});

test('each wrong value is told by its field and code, all at once', () => {
  assert.equal(problem({ key: '' }), 'key required');
  assert.equal(problem({ nonsense: 1 }), 'nonsense unknown_field');
  assert.equal(problem({ key: 'toolong' }), 'key too_long');
  assert.equal(problem({ key: 'ABC' }), 'key bad_format');
  assert.equal(problem({ secret: 'x ' }), 'secret surrounding_blank');
  assert.equal(problem({ zone: 'b' }), 'zone not_offered');
  assert.equal(problem({ open: 'anything' }), '');
  assert.equal(problem({ endpoint: 'ftp://x' }), 'endpoint bad_format');
  assert.equal(problem({ endpoint: 'https://' }), 'endpoint bad_format');
  assert.equal(problem({ count: 0 }), 'count too_small');
  assert.equal(problem({ count: 11 }), 'count too_large');
  assert.equal(problem({ count: 1.5 }), 'count wrong_type');
  assert.equal(problem({ size: '6Gi' }), 'size too_large');
  assert.equal(problem({ size: 'lots' }), 'size wrong_type');
  assert.equal(problem({ on: 'maybe' }), 'on wrong_type');
  assert.equal(problem({ zone: 'b', count: 0 }), 'zone not_offered,count too_small');
});

test('a name from the prototype is no option', () => {
  assert.equal(problem({ constructor: 'x' }), 'constructor unknown_field');
  assert.equal(validateOptions(schema, Object.create({ key: 'inherited' })).problems[0]?.field, 'key');
});

test('the schema tells what is sealed, and describes itself as JSON Schema', () => {
  assert.deepEqual(sealedFields(schema), ['secret']);
  const described = optionsJsonSchema(schema) as {
    required: string[];
    properties: Record<string, { writeOnly?: boolean }>;
  };
  assert.deepEqual(described.required, ['key']);
  assert.equal(described.properties.secret?.writeOnly, true);
});
