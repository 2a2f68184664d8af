import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { actionNames } from './actions/index.ts';
import { createFaults, parseFault } from './faults.ts';
import { pseudoRandom } from './pseudo-random.ts';

const parse = (text: string) => parseFault(text, actionNames);
const always = { probability: 1, remaining: Number.POSITIVE_INFINITY };

describe('faults on demand', () => {
  for (const [text, expected] of [
    ['throttle:0.2', { ...always, kind: 'throttle', probability: 0.2 }],
    [
      'error=ServiceUnavailable:StartInstance:0.5',
      { ...always, kind: 'error', code: 'ServiceUnavailable', action: 'StartInstance', probability: 0.5 },
    ],
    ['drop-before:RebootInstance:once', { ...always, kind: 'drop-before', action: 'RebootInstance', remaining: 1 }],
    ['drop-after:StopInstance:3x', { ...always, kind: 'drop-after', action: 'StopInstance', remaining: 3 }],
    ['html', { ...always, kind: 'html' }],
    ['skew=+20m', { ...always, kind: 'skew', milliseconds: 1_200_000 }],
    ['skew=-90s', { ...always, kind: 'skew', milliseconds: -90_000 }],
    ['slow=3s:DescribeInstances', { ...always, kind: 'slow', milliseconds: 3000, action: 'DescribeInstances' }],
    ['stuck:StopInstance', { ...always, kind: 'stuck', action: 'StopInstance' }],
  ] as const) {
    test(`understands ${text}`, () => assert.deepEqual({ ...parse(text) }, expected));
  }

  for (const text of [
    '',
    'explode',
    'throttle:2',
    'throttle:-1',
    'throttle=1',
    'error',
    'error=Nonsense',
    'slow',
    'slow=-3s',
    'slow=3',
    'skew=1d',
    'skew=1m:once',
    'stuck:Explode',
    'html:once:never',
    'constructor',
  ]) {
    test(`refuses ${JSON.stringify(text)} and says what is possible`, () => {
      assert.throws(
        () => parse(text),
        (error: Error) => /drop-after/.test(error.message) && /StopInstance/.test(error.message),
      );
    });
  }

  test('strikes as often as it says, and only its action', () => {
    const faults = createFaults([parse('drop-after:StopInstance:2x'), parse('throttle:0.25')], pseudoRandom(1));
    const hits = (kind: 'drop-after' | 'throttle', action: string, calls: number) =>
      Array.from({ length: calls }, () => faults.strike(kind, action)).filter(Boolean).length;
    assert.equal(hits('drop-after', 'StartInstance', 5), 0);
    assert.equal(hits('drop-after', 'StopInstance', 5), 2);
    const throttled = hits('throttle', 'DescribeRegions', 1000);
    assert.ok(throttled > 200 && throttled < 300, String(throttled));
  });
});
