import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storageDriverTypes } from './index.ts';
import { loadStorageDriverType } from './load.ts';

test('each kind of storage can be loaded alone', async () => {
  for (const type of storageDriverTypes) assert.equal(await loadStorageDriverType(type.type), type);
  for (const name of ['', 'memory', 'toString']) assert.equal(await loadStorageDriverType(name), null);
});
