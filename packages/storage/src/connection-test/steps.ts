import { type ConnectionCheck, SampanError, toSampanError } from '@sampan/driver';
import { CAUSES } from './causes.ts';

/** What a step found; the name and the time are added around it. */
export type Finding = Omit<ConnectionCheck, 'name' | 'durationMs'>;

export const passed = (message: string, parameters: Readonly<Record<string, string | number>> = {}): Finding => ({
  state: 'passed',
  message,
  parameters,
});

/** An error as a finding, with its cause and remedy. */
export function failed(thrown: unknown, state: 'failed' | 'warning' = 'failed'): Finding {
  const { code, message, hint, parameters } = toSampanError(thrown);
  const cause = CAUSES[code];
  return {
    state,
    code,
    message,
    parameters,
    ...(cause !== undefined && { cause }),
    ...(hint !== undefined && { remedy: hint }),
  };
}

export interface Step {
  name: string;
  /** Steps that must not have failed, or have been skipped, before. */
  needs: readonly string[];
  /** Undefined: there is nothing to say, the step is left out. A thrown `SampanError` is a failed step. */
  run: () => Promise<Finding | undefined>;
}

/** Runs the steps in order and yields each as it ends. Ends early, without a finding, when the signal aborts. */
export async function* runSteps(
  steps: readonly Step[],
  signal: AbortSignal,
  now: () => number = () => performance.now(),
): AsyncGenerator<ConnectionCheck> {
  const unusable = new Set<string>();
  for (const { name, needs, run } of steps) {
    if (signal.aborted) return;
    const startedAt = now();
    const missing = needs.find((need) => unusable.has(need));
    let finding: Finding | undefined;
    if (missing) finding = { state: 'skipped', message: `not tried, because the step ${missing} did not succeed` };
    else {
      try {
        finding = await run();
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof SampanError)) throw error;
        finding = failed(error);
      }
    }
    if (!finding) continue;
    if (finding.state === 'failed' || (finding.state === 'skipped' && missing)) unusable.add(name);
    yield { name, durationMs: Math.max(0, Math.round(now() - startedAt)), ...finding };
  }
}
