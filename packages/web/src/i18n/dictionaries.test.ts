import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { en } from './en/index.ts';
import { zh } from './zh/index.ts';

type Tree = { [key: string]: string | Tree };

/** `hosts.add` → its text, for every text. */
function texts(tree: Tree, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const name = path === '' ? key : `${path}.${key}`;
    if (typeof value === 'string') found.set(name, value);
    else for (const [inner, text] of texts(value, name)) found.set(inner, text);
  }
  return found;
}

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

const english = texts(en as unknown as Tree);
const chinese = texts(zh as unknown as Tree);

test('both languages have the same texts', () => {
  const keys = [...english.keys()].filter((key) => !key.endsWith('_one'));
  assert.deepEqual([...chinese.keys()].sort(), keys.sort());
});

test('both languages name the same values', () => {
  for (const [key, text] of chinese) {
    assert.deepEqual(placeholders(text), placeholders(english.get(key) ?? ''), key);
  }
});

test('every counted English text has both forms', () => {
  for (const key of english.keys()) {
    if (key.endsWith('_one')) assert.ok(english.has(key.replace(/_one$/, '_other')), key);
  }
});

test('no text is empty', () => {
  for (const [key, text] of [...english, ...chinese]) assert.notEqual(text.trim(), '', key);
});

test('Chinese texts are Chinese', () => {
  const same = /^(Sampan|Bucket|AccessKey( \{name\})?|\+\{count\}|\{done\} \/ \{total\})$/;
  for (const [key, text] of chinese) assert.ok(/\p{Script=Han}/u.test(text) || same.test(text), `${key}: ${text}`);
});

test('every code that is thrown anywhere has a text in both languages', async () => {
  const packages = path.resolve(import.meta.dirname, '../../..');
  const missing = new Set<string>();
  let found = 0;
  for await (const file of glob('*/src/**/*.ts', { cwd: packages })) {
    // The console's own, and what only programs see: simulators, and servers that stand in for others.
    if (/\.test\.ts$|\btesting\b|simulator|^(?:web|cli|qingstor-server)\//.test(file)) continue;
    const text = await readFile(path.join(packages, file), 'utf8');
    const thrown = /new (?:SampanError\(|FailedWithResult\(\s*[^'"]+,)\s*'(\w+)'|^ {2}code: '(\w+)'/gm;
    for (const [, direct, constant] of text.matchAll(thrown)) {
      const code = direct ?? constant ?? '';
      found += 1;
      if (!english.has(`errors.${code}.message`) || !chinese.has(`errors.${code}.message`)) missing.add(code);
    }
  }
  assert.ok(found > 150, `${found} places`);
  assert.deepEqual([...missing], []);
});
