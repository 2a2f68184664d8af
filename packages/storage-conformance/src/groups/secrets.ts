import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { SampanError } from '@sampan/driver';
import type { Group } from '../harness.ts';
import { errorsOf, situationNames } from './errors.ts';

/** Everything that a log, an answer or a person could be shown of an error. */
function everythingOf(error: unknown): string {
  const ours = error instanceof SampanError ? JSON.stringify([error.message, error.hint, error.parameters]) : '';
  const shown = inspect(error, { depth: 8, showHidden: true, maxStringLength: null, maxArrayLength: null });
  return `${String(error)}\n${ours}\n${shown}`;
}

export const secrets: Group = {
  group: 'secrets',
  tests: (withStore) => ({
    'no error holds a secret or a signed link': withStore(async (store, harness) => {
      assert.ok(harness.secrets.length > 0, 'there is a secret to look for');
      const thrown = [...(await errorsOf(store))];
      for (const situation of situationNames) {
        const make = harness.situations[situation];
        if (!('cannot' in make)) thrown.push(...(await errorsOf(await make())));
      }
      assert.ok(
        thrown.some(({ error }) => error !== null),
        'something failed',
      );
      for (const { call, error } of thrown) {
        const shown = everythingOf(error);
        for (const secret of harness.secrets) assert.ok(!shown.includes(secret), `an error of ${call} shows a secret`);
        assert.doesNotMatch(shown, /Signature=|[?&]signature=/i, `an error of ${call} shows a signed link`);
      }
    }),
  }),
};
