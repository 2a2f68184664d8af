import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { type ProxyFault, startFaultProxy } from './fault-proxy.ts';
import { qingzhouHarness } from './qingzhou-harness.ts';
import { computeConformance } from './suite.ts';

const CYCLE: readonly ProxyFault[] = [
  'reset_after',
  'pass',
  'truncate',
  'delay',
  'reset_before',
  'pass',
  'reset_after',
  'truncate',
];
const struck = new Map<string, number>();

// Each cloud begins at another place of the cycle, so that every kind of call meets every fault.
let begin = 0;

computeConformance(
  { describe, test },
  {
    name: 'qingzhou behind a connection that breaks',
    create: () =>
      qingzhouHarness(async ({ port }) => {
        begin += 1;
        const from = begin % CYCLE.length;
        const proxy = await startFaultProxy(port, [...CYCLE.slice(from), ...CYCLE.slice(0, from)]);
        return {
          url: proxy.url,
          async close() {
            for (const [fault, count] of Object.entries(proxy.struck()))
              struck.set(fault, (struck.get(fault) ?? 0) + count);
            await proxy.close();
          },
        };
      }),
    skip: {
      wrong_state:
        'a refusal whose answer is lost is asked about again, and then the cloud only says that it received it',
      not_found: 'the same: the second answer only says that the request was received',
      errors: 'a broken connection comes before whatever else is wrong',
      secrets: 'Test Connection tries to connect once, and rightly reports a connection that breaks',
    },
  },
);

after(() => {
  for (const fault of CYCLE) assert.ok((struck.get(fault) ?? 0) > 5, `${fault} struck ${struck.get(fault)} times`);
});
