import assert from 'node:assert/strict';
import { bytesSource } from '@sampan/storage';
import { pattern, read } from '../content.ts';
import type { Group } from '../harness.ts';
import { fitting, hostileKeys } from '../hostile-keys.ts';

/** By which services say that a signature is wrong or over. */
const REFUSED = new Set([400, 401, 403]);

export const presign: Group = {
  group: 'presign',
  tests: (withStore) => ({
    'links are made exactly when the capability is there': withStore(async (store) => {
      assert.equal(store.presign !== undefined, store.capabilities.has('presign'));
    }),
    'a link works without keys, for hostile names too': withStore(async (store, harness) => {
      if (!store.presign) return;
      for (const key of fitting(hostileKeys, harness)) {
        await store.put(key, bytesSource(`content of ${key}`));
        const answer = await fetch(await store.presign(key));
        assert.deepEqual([answer.status, await answer.text()], [200, `content of ${key}`]);
      }
    }),
    'a browser saves it under the name that was asked for': withStore(async (store) => {
      if (!store.presign) return;
      await store.put('object', bytesSource('x'));
      for (const downloadName of ['plain.txt', 'über "quoted" 备份.tar.gz', 'a;b=c.txt', "it's 100%.txt"]) {
        const answer = await fetch(await store.presign('object', { downloadName }));
        const disposition = answer.headers.get('content-disposition') ?? '';
        assert.match(disposition, /^attachment/);
        const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
        assert.equal(encoded && decodeURIComponent(encoded), downloadName, disposition);
        assert.equal(await answer.text(), 'x');
      }
    }),
    'a link for a put stores': withStore(async (store) => {
      if (!store.presign) return;
      const link = await store.presign('put/by link', { method: 'PUT', expiresInSeconds: 60 });
      const answer = await fetch(link, { method: 'PUT', body: new Uint8Array(pattern(1000)) });
      assert.ok(answer.ok, String(answer.status));
      await answer.arrayBuffer();
      assert.deepEqual(await read(store, 'put/by link'), pattern(1000));
    }),
    'a link does not last, is of one object, and cannot be changed': withStore(async (store) => {
      if (!store.presign) return;
      await store.put('object', bytesSource('x'));
      await store.put('other', bytesSource('y'));
      const link = await store.presign('object', { expiresInSeconds: 1 });
      const changed = await fetch(link.replace('object', 'other'));
      assert.ok(REFUSED.has(changed.status), String(changed.status));
      await changed.arrayBuffer();
      await new Promise((resolve) => setTimeout(resolve, 2100));
      const late = await fetch(link);
      assert.ok(REFUSED.has(late.status), String(late.status));
      assert.ok(!(await late.text()).includes('secret'));
    }),
  }),
};
