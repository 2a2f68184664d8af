import type { ConnectionCheck } from '@sampan/driver';
import type { StorageDriver } from '@sampan/storage';

/** Runs Test Connection to its end, and closes the driver. */
export async function checksOf(driver: StorageDriver): Promise<ConnectionCheck[]> {
  try {
    return await Array.fromAsync(driver.testConnection(new AbortController().signal));
  } finally {
    await driver.close();
  }
}

export const states = (checks: readonly ConnectionCheck[]): string[] =>
  checks.map(({ name, state }) => `${name} ${state}`);

/** Name and code of the step that failed first. */
export function failureOf(checks: readonly ConnectionCheck[]): string {
  const failed = checks.find(({ state }) => state === 'failed');
  return failed ? `${failed.name} ${failed.code}` : 'nothing';
}

/** Steps that failed must say why and what to do; those after them that they are needed for are skipped, not tried. */
export function problemsOf(checks: readonly ConnectionCheck[]): string[] {
  const at = checks.findIndex(({ state }) => state === 'failed');
  const silent = checks.filter(({ state, code, cause, remedy }) => state === 'failed' && !(code && cause && remedy));
  const timeless = checks.filter(({ durationMs }) => !Number.isFinite(durationMs) || durationMs < 0);
  const passed =
    at < 0
      ? []
      : checks.slice(at + 1).filter(({ name, state }) => state === 'passed' && name !== 'list' && name !== 'clock');
  return [...silent, ...timeless, ...passed].map(({ name, state }) => `${name} ${state}`);
}

/** Names of steps that are not among those that were to come, or not in their order. */
export function strayStepsOf(checks: readonly ConnectionCheck[], steps: readonly string[]): string[] {
  const places = checks.map(({ name }) => steps.indexOf(name));
  return checks.flatMap(({ name }, index) => ((places[index] ?? -1) > (places[index - 1] ?? -1) ? [] : name));
}

/** No name is known but those that are told; all lead to loopback. */
export function lookupOf(known: readonly string[]) {
  return (hostname: string, options: { all?: boolean }, callback: (...answer: never[]) => void): void => {
    const answer = callback as (error: Error | null, address: unknown, family?: number) => void;
    if (!known.includes(hostname)) answer(Object.assign(new Error(hostname), { code: 'ENOTFOUND' }), []);
    else if (options.all) answer(null, [{ address: '127.0.0.1', family: 4 }]);
    else answer(null, '127.0.0.1', 4);
  };
}
