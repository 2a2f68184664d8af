import { Readable } from 'node:stream';
import { type ConnectionCheck, SampanError, toSampanError } from '@sampan/driver';
import type { FastifyBaseLogger } from 'fastify';

/** What Test Connection needs of a driver of any kind. */
export interface Testable {
  testConnection(signal: AbortSignal): AsyncIterable<ConnectionCheck>;
  close(): Promise<void>;
}

/** What a test found: the first step that failed; null when none did. */
export type TestVerdict = ConnectionCheck | null;

/** Lines of JSON as they come. What ends the reading ends `lines`. */
export function ndjson(lines: AsyncIterable<object>): Readable {
  async function* texts() {
    for await (const line of lines) yield `${JSON.stringify(line)}\n`;
  }
  return Readable.from(texts(), { objectMode: false, encoding: 'utf8' });
}

/** Something that was thrown, as a step that failed. */
function failedCheck(thrown: unknown): ConnectionCheck {
  const { code, message, hint, parameters } = toSampanError(thrown);
  const remedy = hint !== undefined && { remedy: hint };
  return { name: 'test', state: 'failed', durationMs: 0, message, code, parameters, ...remedy };
}

/** Each step when it ends, and a last line `result`. Ends the driver in any case; `onVerdict` is told only of a whole test. */
export async function* checkLines(
  driver: Testable,
  { signal, log }: { signal: AbortSignal; log: Pick<FastifyBaseLogger, 'error'> },
  onVerdict: (verdict: TestVerdict) => Promise<void> = async () => undefined,
): AsyncGenerator<ConnectionCheck> {
  const startedAt = performance.now();
  const failures: ConnectionCheck[] = [];
  try {
    for await (const check of driver.testConnection(signal)) {
      if (check.state === 'failed') failures.push(check);
      yield check;
    }
  } catch (error) {
    // A fault of ours: the answer says to look here.
    if (!(error instanceof SampanError) && !signal.aborted) log.error({ err: error }, 'a connection test broke off');
    const check = failedCheck(error);
    failures.push(check);
    yield check;
  } finally {
    await driver.close();
  }
  if (!signal.aborted) await onVerdict(failures[0] ?? null);
  const failed = failures.length;
  yield {
    name: 'result',
    state: failed === 0 ? 'passed' : 'failed',
    durationMs: Math.round(performance.now() - startedAt),
    message: failed === 0 ? 'The connection works.' : `${failed} step${failed === 1 ? '' : 's'} failed.`,
    parameters: { failed },
  };
}
