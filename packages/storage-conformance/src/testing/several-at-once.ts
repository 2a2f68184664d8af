import { describe, test } from 'node:test';
import type { TestRunner } from '../harness.ts';

/** Each test has a place of its own: where they mostly wait, several wait at the same time. */
export const severalAtOnce: TestRunner = {
  describe: (name, body) => describe(name, { concurrency: 4 }, body),
  test,
};
