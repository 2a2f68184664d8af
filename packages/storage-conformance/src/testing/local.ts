import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localDriverType, type ObjectStore } from '@sampan/storage';
import { cannot, type StorageHarness } from '../harness.ts';

/** A folder of this machine; `wrap` may put something around its store. */
export async function localHarness(wrap = (store: ObjectStore) => store): Promise<StorageHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-local-'));
  const make = (changed: Record<string, string> = {}) => localDriverType.create({ folder, ...changed }).objects();
  const isRoot = process.getuid?.() === 0;
  return {
    store: () => wrap(make()),
    leftovers: async () => (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.part')),
    situations: {
      bucket_not_found: async () => wrap(make({ folder: join(folder, 'not-there') })),
      permission_denied: isRoot
        ? { cannot: 'the tests run as root, to whom every folder is open' }
        : async () => {
            await chmod(folder, 0o000);
            return wrap(make());
          },
      ...cannot('a folder of this machine has neither keys nor a network', [
        'unknown_access_key',
        'invalid_signature',
        'login_refused',
        'clock_skew',
        'wrong_zone',
        'storage_unreachable',
        'storage_untrusted',
        'storage_timeout',
        'storage_unavailable',
        'throttled',
        'unexpected_answer',
        'egress_forbidden',
      ]),
    },
    secrets: [],
    async dispose() {
      await chmod(folder, 0o700);
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
