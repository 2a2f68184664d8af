import assert from 'node:assert/strict';
import { bytesSource, listPages, type ObjectStore } from '@sampan/storage';
import fc from 'fast-check';
import { pattern, read } from '../content.ts';
import type { Group } from '../harness.ts';

const SEQUENCES = 12;
const FEW_SEQUENCES = 4;
const STEPS = 25;

type Step =
  | { kind: 'put'; key: string; size: number }
  | { kind: 'delete' | 'head' | 'get'; key: string }
  | { kind: 'copy'; key: string; to: string }
  | { kind: 'deleteMany'; keys: string[] }
  | { kind: 'list'; prefix: string; delimiter: boolean; limit: number };

/** Names that a file system can hold all at the same time. */
const pathKeys = ['a', 'a.b', 'b/c', 'b/c.d', 'b/e/f', 'b-', 'x y/+', '文/件'];
const anyKeys = ['a', 'a.b', 'a/b', 'b', 'b/', 'b/c', 'b//c', 'b/c/', '/a', '文/件'];

function steps(keys: readonly string[], canCopy: boolean): fc.Arbitrary<Step[]> {
  const key = fc.constantFrom(...keys);
  const choices: fc.Arbitrary<Step>[] = [
    fc.record({ kind: fc.constant('put' as const), key, size: fc.integer({ min: 0, max: 3000 }) }),
    fc.record({ kind: fc.constant('put' as const), key, size: fc.integer({ min: 0, max: 200_000 }) }),
    fc.record({ kind: fc.constantFrom('delete' as const, 'head' as const, 'get' as const), key }),
    fc.record({ kind: fc.constant('deleteMany' as const), keys: fc.uniqueArray(key, { maxLength: 4 }) }),
    fc.record({
      kind: fc.constant('list' as const),
      prefix: fc.constantFrom('', 'a', 'b', 'b/', 'b/c', '文', 'no'),
      delimiter: fc.boolean(),
      limit: fc.integer({ min: 1, max: 6 }),
    }),
  ];
  if (canCopy) choices.push(fc.record({ kind: fc.constant('copy' as const), key, to: key }));
  return fc.array(fc.oneof(...choices), { minLength: 3, maxLength: STEPS, size: 'max' });
}

async function listed(store: ObjectStore, root: string, step: Step & { kind: 'list' }): Promise<string[]> {
  const found = new Set<string>();
  const request = { prefix: root + step.prefix, limit: step.limit, ...(step.delimiter && { delimiter: '/' as const }) };
  for await (const { objects, prefixes } of listPages(store, request)) {
    for (const { key, size } of objects) found.add(`${key.slice(root.length)} of ${size}`);
    for (const prefix of prefixes) found.add(`${prefix.slice(root.length)} and deeper`);
  }
  return [...found].sort();
}

function expected(objects: Map<string, Buffer>, { prefix, delimiter }: Step & { kind: 'list' }): string[] {
  const found = new Set<string>();
  for (const [key, content] of objects) {
    if (!key.startsWith(prefix)) continue;
    const at = delimiter ? key.indexOf('/', prefix.length) : -1;
    found.add(at < 0 ? `${key} of ${content.length}` : `${key.slice(0, at + 1)} and deeper`);
  }
  return [...found].sort();
}

/** Does one step to the store and to the model, and compares what they answer. */
async function take(step: Step, store: ObjectStore, root: string, objects: Map<string, Buffer>): Promise<void> {
  const gone = { code: 'object_not_found' };
  if (step.kind === 'list') {
    const wanted = expected(objects, step);
    // A file system may tell folders in which nothing is left.
    const isNeeded = (line: string) => store.capabilities.has('keys.any') || !line.endsWith('/ and deeper');
    const found = (await listed(store, root, step)).filter((line) => wanted.includes(line) || isNeeded(line));
    return assert.deepEqual(found, wanted);
  }
  if (step.kind === 'deleteMany') {
    for (const key of step.keys) objects.delete(key);
    return assert.deepEqual(await store.deleteMany(step.keys.map((key) => root + key)), []);
  }
  const key = root + step.key;
  const content = objects.get(step.key);
  switch (step.kind) {
    case 'put':
      objects.set(step.key, pattern(step.size, step.size));
      await store.put(key, bytesSource(pattern(step.size, step.size)));
      return;
    case 'delete':
      objects.delete(step.key);
      return store.delete(key);
    case 'head':
      if (!content) return assert.rejects(store.head(key), gone);
      return assert.equal((await store.head(key)).size, content.length);
    case 'get':
      if (!content) return assert.rejects(store.get(key), gone);
      return assert.ok((await read(store, key)).equals(content), `content of ${step.key}`);
    case 'copy':
      if (!store.copy) return;
      if (!content) return assert.rejects(store.copy(key, root + step.to), gone);
      objects.set(step.to, content);
      // Clouds refuse a copy onto itself that changes nothing.
      if (step.to !== step.key) await store.copy(key, root + step.to);
  }
}

export const model: Group = {
  group: 'model',
  tests: (withStore) => ({
    'any sequence of calls leaves what a map would hold': withStore(async (store, { isSlow }) => {
      const keys = store.capabilities.has('keys.any') ? anyKeys : pathKeys;
      let run = 0;
      const property = fc.asyncProperty(steps(keys, store.copy !== undefined), async (sequence) => {
        run += 1;
        const root = `run-${run}/`;
        const objects = new Map<string, Buffer>();
        for (const step of sequence) await take(step, store, root, objects);
        const all = { kind: 'list', prefix: '', delimiter: false, limit: 1000 } as const;
        assert.deepEqual(await listed(store, root, all), expected(objects, all));
        for (const [key, content] of objects) assert.ok((await read(store, root + key)).equals(content), key);
      });
      await fc.assert(property, { numRuns: isSlow ? FEW_SEQUENCES : SEQUENCES });
    }),
  }),
};
