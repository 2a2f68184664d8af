import assert from 'node:assert/strict';
import { after } from 'node:test';
import { cycleOf, type ProxyFault, startFaultProxy } from '../fault-proxy.ts';

/**
 * A bad network for each test, which begins at another place of the cycle each time, so that every kind of call meets every
 * fault. At the end of the file each must have struck more than a few times.
 */
export function badNetworks(cycle: readonly ProxyFault[]) {
  const struck = new Map<string, number>();
  let begin = 0;
  after(() => {
    for (const fault of cycle) assert.ok((struck.get(fault) ?? 0) > 5, `${fault} struck ${struck.get(fault)} times`);
  });
  return async (port: number) => {
    begin += 1;
    const proxy = await startFaultProxy(port, cycleOf(cycle, begin));
    return {
      port: proxy.port,
      async close() {
        for (const [fault, count] of Object.entries(proxy.struck()))
          struck.set(fault, (struck.get(fault) ?? 0) + count);
        await proxy.close();
      },
    };
  };
}

/** For storages whose requests and answers take turns, as those of HTTP do. */
export const HTTP_FAULTS: readonly ProxyFault[] = [
  'reset_after',
  'pass',
  'pass',
  'truncate',
  'pass',
  'delay',
  'pass',
  'reset_before',
  'pass',
  'reset_within',
  'pass',
];
