import { type LocalizedText, SampanError, toSampanError } from '@sampan/driver';
import { connectOnce, type StorageZone } from '@sampan/storage';
import type { Egress } from '../platform/egress.ts';
import type { TestOutcome } from '../platform/http/connection-checks.ts';

const CONNECTS = 3;
const TIMEOUT_MS = 5_000;

type Way = Pick<Egress, 'lookup' | 'allowsAddress'>;

export interface ZoneLine {
  kind: 'zone';
  zone: string;
  label: LocalizedText;
  host: string;
  /** Median of three connects; null when the zone was not reached. */
  latencyMs: number | null;
  error?: { code: string; message: string };
}

export interface ZonesResult {
  kind: 'result';
  /** The closest; null when none was reached. */
  zone: string | null;
  latencyMs: number | null;
  durationMs: number;
}

async function connect({ host, port }: StorageZone, way: Way, signal: AbortSignal): Promise<number> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await connectOnce({ host, port }, way, AbortSignal.any([signal, timeout]));
  } catch (error) {
    if (!timeout.aborted) throw error;
    throw new SampanError('storage_timeout', `${host}:${port} did not answer within ${TIMEOUT_MS / 1000} s.`);
  }
}

async function measure(zone: StorageZone, way: Way, signal: AbortSignal): Promise<ZoneLine> {
  const line = { kind: 'zone' as const, zone: zone.zone, label: zone.label, host: zone.host };
  try {
    const times: number[] = [];
    for (let count = 0; count < CONNECTS; count += 1) times.push(await connect(zone, way, signal));
    const [, median = 0] = times.sort((a, b) => a - b);
    return { ...line, latencyMs: Math.round(median * 10) / 10 };
  } catch (error) {
    const { code, message } = toSampanError(error);
    return { ...line, latencyMs: null, error: { code, message } };
  }
}

/**
 * How far away each zone is: a line as each becomes known, then the closest. Opens connections and sends nothing; records the
 * outcome also when who asked went away.
 */
export async function* measureZones(
  zones: readonly StorageZone[],
  way: Way,
  signal: AbortSignal,
  record: (outcome: TestOutcome) => Promise<void>,
): AsyncGenerator<ZoneLine | ZonesResult> {
  const startedAt = performance.now();
  const running = new Map(
    zones.map((zone) => [zone, measure(zone, way, signal).then((line) => ({ zone, line }))] as const),
  );
  let closest: { zone: string; latencyMs: number } | null = null;
  let outcome: TestOutcome = { result: 'failed', code: 'cancelled' };
  try {
    while (running.size > 0) {
      const { zone, line } = await Promise.race(running.values());
      running.delete(zone);
      const { latencyMs, error } = line;
      if (latencyMs !== null && (closest === null || latencyMs < closest.latencyMs))
        closest = { zone: zone.zone, latencyMs };
      if (closest) outcome = { result: 'succeeded' };
      else if (error && !signal.aborted) outcome = { result: 'failed', code: error.code };
      yield line;
    }
  } finally {
    if (zones.length > 0) await record(outcome);
  }
  yield {
    kind: 'result',
    zone: closest?.zone ?? null,
    latencyMs: closest?.latencyMs ?? null,
    durationMs: Math.round(performance.now() - startedAt),
  };
}
