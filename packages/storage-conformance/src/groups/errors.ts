import assert from 'node:assert/strict';
import { SampanError } from '@sampan/driver';
import { bytesSource, type ObjectStore } from '@sampan/storage';
import { contentOf } from '../content.ts';
import { type Group, type Situation, situations } from '../harness.ts';

export const situationNames = Object.keys(situations) as Situation[];

const SHORTEST_HINT = 20;

/** What each kind of call throws, or null for one that did not fail. */
export async function errorsOf(store: ObjectStore): Promise<{ call: string; error: unknown }[]> {
  const calls: Record<string, () => Promise<unknown>> = {
    list: () => store.list(),
    head: () => store.head('object'),
    get: async () => contentOf(await store.get('object')),
    put: () => store.put('object', bytesSource('content')),
    delete: () => store.delete('object'),
    deleteMany: async () => {
      // Answers or throws what hinders it.
      const [failure] = await store.deleteMany(['object', 'other']);
      if (failure) throw new SampanError(failure.code, failure.message, { hint: 'This is the answer of deleteMany.' });
    },
  };
  return Promise.all(
    Object.entries(calls).map(async ([call, work]) => {
      const error = await work().then(
        () => null,
        (thrown: unknown) => thrown,
      );
      return { call, error };
    }),
  );
}

export const errors: Group = {
  group: 'errors',
  tests: (withStore) =>
    Object.fromEntries(
      situationNames.map((situation) => [
        `${situation} is told apart and explained, and ${situations[situation].mayRetry ? 'may be tried again' : 'stays'}`,
        withStore(async (_store, harness) => {
          const make = harness.situations[situation];
          if ('cannot' in make) return void assert.ok(make.cannot.length > 10, 'a situation is left out with a reason');
          for (const { call, error } of await errorsOf(await make())) {
            assert.ok(error instanceof SampanError, `${call}: a SampanError, not ${error}`);
            assert.equal(error.code, situation, `${call}: ${error.message}`);
            assert.ok(situations[situation].mayRetry || !error.retryable, `${call} must not be tried again`);
            assert.ok((error.hint ?? '').length > SHORTEST_HINT, `${call} says what to do`);
          }
        }),
      ]),
    ),
};
