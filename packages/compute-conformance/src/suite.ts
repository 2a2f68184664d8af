import { cancellation } from './groups/cancellation.ts';
import { changes } from './groups/changes.ts';
import { errors, secrets } from './groups/errors.ts';
import { identity } from './groups/identity.ts';
import { paging } from './groups/paging.ts';
import { notFound, wrongState } from './groups/refusals.ts';
import { states } from './groups/states.ts';
import type { ConformanceOptions, Group, TestRunner, WithCloud } from './harness.ts';

const groups: readonly Group[] = [
  paging,
  identity,
  states,
  changes,
  wrongState,
  notFound,
  cancellation,
  errors,
  secrets,
];

/**
 * Declares the tests that every compute driver must pass, with the runner that is given.
 *
 * @example
 * import { describe, test } from 'node:test';
 * computeConformance({ describe, test }, { name: 'memory', create, skip: { secrets: 'it has no secrets' } });
 */
export function computeConformance({ describe, test }: TestRunner, options: ConformanceOptions): void {
  const withCloud: WithCloud = (body) => async () => {
    const harness = await options.create();
    try {
      const driver = harness.driver();
      try {
        await body(driver, harness, new AbortController().signal);
      } finally {
        await driver.close();
      }
    } finally {
      await harness.dispose();
    }
  };
  describe(`compute driver ${options.name}`, () => {
    for (const { group, tests } of groups) {
      const skip = options.skip?.[group];
      if (skip !== undefined && skip.trim().length < 10) throw new TypeError(`${group} is skipped without a reason`);
      for (const [name, body] of Object.entries(tests(withCloud))) {
        test(`${group}: ${name}`, skip === undefined ? {} : { skip }, body);
      }
    }
  });
}
