import { createMemoryStore, type ObjectStore } from '@sampan/storage';
import { cannot, type Situation, type StorageHarness, situations } from '../harness.ts';

const names = Object.keys(situations) as Situation[];

/** A storage in this process; `wrap` may put something around it. */
export async function memoryHarness(wrap = (store: ObjectStore) => store): Promise<StorageHarness> {
  const store = createMemoryStore();
  return {
    store: () => wrap(store),
    situations: cannot('the storage is in this process: there is no key and no network', names),
    secrets: [],
    dispose: async () => undefined,
  };
}
