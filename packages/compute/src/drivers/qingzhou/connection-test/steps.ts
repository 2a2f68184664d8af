import type { ConnectionCheck } from '@sampan/driver';
import { QingzhouError } from '@sampan/qingzhou-sdk';
import { codeOf, errorParameters, explain } from '../errors.ts';

/** What a step found; the name and the time are added around it. */
export type Finding = Omit<ConnectionCheck, 'name' | 'durationMs'>;

export const passed = (message: string, parameters: Record<string, string | number> = {}): Finding => ({
  state: 'passed',
  message,
  parameters,
});

export const skipped = (message: string): Finding => ({ state: 'skipped', message });

/** A failure as a finding, with its cause and remedy. */
export function failed(error: QingzhouError, state: 'failed' | 'warning' = 'failed'): Finding {
  return { state, code: codeOf(error), message: error.message, ...explain(error), parameters: errorParameters(error) };
}

export interface Step {
  name: string;
  /** Steps that must not have failed, or have been skipped, before. */
  needs: readonly string[];
  /** A thrown `QingzhouError` is a failed step. */
  run: () => Promise<Finding>;
}

/** Runs the steps in order and yields each as it ends. Ends early, without a finding, when the signal aborts. */
export async function* runSteps(
  steps: readonly Step[],
  now: () => number,
  signal: AbortSignal,
): AsyncGenerator<ConnectionCheck> {
  const unusable = new Set<string>();
  for (const { name, needs, run } of steps) {
    if (signal.aborted) return;
    const startedAt = now();
    const missing = needs.find((need) => unusable.has(need));
    let finding: Finding;
    if (missing) {
      finding = skipped(`not tried, because the step ${missing} did not succeed`);
    } else {
      try {
        finding = await run();
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof QingzhouError)) throw error;
        finding = failed(error);
      }
    }
    if (finding.state === 'failed' || (finding.state === 'skipped' && missing)) unusable.add(name);
    yield { name, durationMs: Math.max(0, now() - startedAt), ...finding };
  }
}
