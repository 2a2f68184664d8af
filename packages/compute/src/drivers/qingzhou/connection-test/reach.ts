import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { QingzhouError } from '@sampan/qingzhou-sdk';
import { explainConnection, explanations } from '../explanations.ts';
import type { ConnectionTest } from './index.ts';
import { type Finding, passed } from './steps.ts';

/** Where it is worth telling, and where the vendor refuses. */
const NOTICEABLE_SKEW_MS = 60_000;
const ALLOWED_SKEW_MS = 15 * 60_000;
const CORRECTED_SKEW_MS = 14 * 3_600_000;

/** Name to address. */
export async function resolveEndpoint({ options }: ConnectionTest): Promise<Finding> {
  const host = new URL(options.endpoint).hostname.replace(/^\[|\]$/g, '');
  if (isIP(host)) return passed(`${host} is an address, not a name`, { host, address: host });
  try {
    const addresses = (await lookup(host, { all: true })).map((each) => each.address);
    return passed(`${host} is ${addresses.join(', ')}`, { host, address: addresses.join(', ') });
  } catch (error) {
    const systemCode = error instanceof Error && 'code' in error ? String(error.code) : 'ENOTFOUND';
    return {
      state: 'failed',
      code: 'cloud_unreachable',
      message: `The name ${host} does not resolve (${systemCode}).`,
      ...explainConnection('ENOTFOUND'),
      parameters: { host, systemCode },
    };
  }
}

/** Connection, certificate, and whether what answers is the API; without a key. */
export async function connectEndpoint({ client, options, signal }: ConnectionTest): Promise<Finding> {
  try {
    await client.probe(signal);
  } catch (error) {
    // A refusal in the API's own form is an answer of the API.
    if (!(error instanceof QingzhouError) || error.remoteCode === undefined) throw error;
  }
  const { protocol, host } = new URL(options.endpoint);
  const how = protocol === 'https:' ? 'over HTTPS with a valid certificate' : 'over plain HTTP, which nobody verifies';
  const what = client.isSimulated() ? 'a simulator answers' : 'the API answers';
  return passed(`${what} at ${host}, ${how}`, { host, protocol: protocol.replace(':', '') });
}

/** Our clock against the `Date` header of what was answered. */
export async function compareClocks({ client }: ConnectionTest): Promise<Finding> {
  const skewMs = client.skewMs();
  if (skewMs === null) {
    return {
      state: 'warning',
      code: 'clock_unknown',
      message: 'The answer has no usable Date header, so the clocks could not be compared.',
      cause: 'The endpoint, or a cache before it, does not say what time it is.',
      remedy: 'Make sure that the clock of this machine is set by NTP.',
    };
  }
  const seconds = Math.round(skewMs / 1000);
  const sign = seconds > 0 ? '+' : seconds < 0 ? '−' : '±';
  const message = `the cloud's clock is ${sign}${Math.abs(seconds)} s from ours`;
  const parameters = { seconds };
  if (Math.abs(skewMs) <= NOTICEABLE_SKEW_MS) return passed(message, parameters);
  const { cause, remedy } = explanations.clock_skew;
  if (Math.abs(skewMs) <= ALLOWED_SKEW_MS) {
    const close = 'The clock of this machine is drifting away; from 15 minutes on the vendor refuses.';
    return { state: 'warning', code: 'clock_skew', message, cause: close, remedy, parameters };
  }
  if (Math.abs(skewMs) <= CORRECTED_SKEW_MS) {
    const corrected = `${message}; requests are signed with the cloud's time meanwhile`;
    return { state: 'warning', code: 'clock_skew', message: corrected, cause, remedy, parameters };
  }
  return { state: 'failed', code: 'clock_skew', message, cause, remedy, parameters };
}
