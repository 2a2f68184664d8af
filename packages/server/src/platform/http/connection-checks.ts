import { Readable } from 'node:stream';
import { type ConnectionCheck, type Endpoint, type OptionValues, SampanError, toSampanError } from '@sampan/driver';
import type { FastifyBaseLogger } from 'fastify';
import type { AuditEntry } from '../../audit/store.ts';
import type { Actor } from '../../policy/actor.ts';
import type { Changes } from '../changes.ts';

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

/** What somebody has the server call. */
export interface TestTarget {
  kind: 'host' | 'storage' | 'channel';
  /** What is saved and its name; null when it is not. */
  id: string | null;
  name: string | null;
  type: string;
  /** Host and port; null when it reaches nothing. */
  endpoint: string | null;
}

export function endpointText({ host, port }: Endpoint): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** @param saved the row whose options are tested, if there is one */
export function testTarget(
  kind: TestTarget['kind'],
  { type, endpoint }: { type: string; endpoint: (options: OptionValues) => Endpoint | null },
  options: OptionValues,
  saved: { id: string; name: string } | undefined,
): TestTarget {
  const place = endpoint(options);
  return { kind, id: saved?.id ?? null, name: saved?.name ?? null, type, endpoint: place && endpointText(place) };
}

export type TestOutcome = Pick<AuditEntry, 'result' | 'code'>;

/** Writes down who had the server call which address, and what came of it. */
export function testRecorder(changes: Changes, actor: Actor, target: TestTarget, verb = 'test') {
  const { kind, id, name, type, endpoint } = target;
  return (outcome: TestOutcome): Promise<void> =>
    changes.run(async (change) =>
      change.audit({
        ...outcome,
        actor,
        action: `${kind}.${verb}`,
        resource: { kind, id, name },
        difference: { type, endpoint },
      }),
    );
}

/**
 * Each step when it ends, and a last line `result`. Ends the driver and records the outcome in any case, also when who asked
 * went away; `onVerdict` is told only of a whole test.
 */
export async function* checkLines(
  driver: Testable,
  {
    signal,
    log,
    record,
  }: {
    signal: AbortSignal;
    log: Pick<FastifyBaseLogger, 'error'>;
    record: (outcome: TestOutcome) => Promise<void>;
  },
  onVerdict: (verdict: TestVerdict) => Promise<void> = async () => undefined,
): AsyncGenerator<ConnectionCheck> {
  const startedAt = performance.now();
  const failures: ConnectionCheck[] = [];
  let outcome: TestOutcome = { result: 'failed', code: 'cancelled' };
  const fail = (check: ConnectionCheck) => {
    // What fails after who asked went away fails because of that.
    if (failures.length === 0 && !signal.aborted)
      outcome = { result: 'failed', ...(check.code !== undefined && { code: check.code }) };
    failures.push(check);
  };
  try {
    for await (const check of driver.testConnection(signal)) {
      if (check.state === 'failed') fail(check);
      yield check;
    }
    if (failures.length === 0 && !signal.aborted) outcome = { result: 'succeeded' };
  } catch (error) {
    // A fault of ours: the answer says to look here.
    if (!(error instanceof SampanError) && !signal.aborted) log.error({ err: error }, 'a connection test broke off');
    const check = failedCheck(error);
    fail(check);
    yield check;
  } finally {
    await driver.close();
    await record(outcome);
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
