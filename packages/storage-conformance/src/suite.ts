import { cancellation } from './groups/cancellation.ts';
import { concurrency } from './groups/concurrency.ts';
import { copy } from './groups/copy.ts';
import { deletes } from './groups/deletes.ts';
import { errors } from './groups/errors.ts';
import { keys } from './groups/keys.ts';
import { lists } from './groups/lists.ts';
import { model } from './groups/model.ts';
import { objects } from './groups/objects.ts';
import { presign } from './groups/presign.ts';
import { ranges } from './groups/ranges.ts';
import { secrets } from './groups/secrets.ts';
import { sizes } from './groups/sizes.ts';
import { sources } from './groups/sources.ts';
import { stats } from './groups/stats.ts';
import type { ConformanceOptions, Group, TestRunner, WithStore } from './harness.ts';

const groups: readonly Group[] = [
  objects,
  keys,
  sizes,
  sources,
  ranges,
  lists,
  deletes,
  concurrency,
  copy,
  presign,
  stats,
  cancellation,
  errors,
  secrets,
  model,
];

const SHORTEST_REASON = 10;

/**
 * Declares the tests that every storage driver must pass, with the runner that is given. What a store need not do is
 * told by its `capabilities` alone; a group that it cannot pass is left out by `skip`, with the reason.
 *
 * @example
 * import { describe, test } from 'node:test';
 * storageConformance({ describe, test }, { name: 'memory', create, skip: { secrets: 'it has no secrets' } });
 */
export function storageConformance({ describe, test }: TestRunner, options: ConformanceOptions): void {
  const withStore: WithStore = (body) => async () => {
    const harness = await options.create();
    try {
      await body(harness.store(), harness);
    } finally {
      await harness.dispose();
    }
  };
  const reasons = new Map(Object.entries(options.skip ?? {}));
  for (const [name, reason] of reasons) {
    if (reason.trim().length < SHORTEST_REASON) throw new TypeError(`${name} is skipped without a reason`);
  }
  const unknown = new Set(reasons.keys());
  describe(`storage ${options.name}`, () => {
    for (const { group, tests } of groups) {
      unknown.delete(group);
      for (const [name, body] of Object.entries(tests(withStore))) {
        const title = `${group}: ${name}`;
        unknown.delete(title);
        const skip = reasons.get(group) ?? reasons.get(title);
        test(title, skip === undefined ? {} : { skip }, body);
      }
    }
    // A reason that belongs to nothing would hide that its test has another name by now.
    if (unknown.size > 0) throw new TypeError(`there is nothing to skip of the name ${[...unknown].join(', ')}`);
  });
}
