import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { SampanError } from '@sampan/driver';
import type { StorageEnvironment } from '../contract.ts';
import { egressForbidden } from '../errors.ts';
import { cancelled } from '../source.ts';
import { type Place, placeOf } from './place.ts';
import { type Finding, passed } from './steps.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** Where it is worth telling; requests are refused from 15 minutes on. */
const NOTICEABLE_SKEW_MS = 60_000;
const ALLOWED_SKEW_MS = 15 * 60_000;

function unreachable(message: string, hint: string, parameters: Record<string, string | number>): SampanError {
  return new SampanError('storage_unreachable', message, { hint, parameters, retryable: true });
}

function systemCodeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return systemCodeOf(error.errors[0]);
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
}

/** Name to address, asked as connections ask. */
export async function checkResolve({ host }: Place, environment: StorageEnvironment = {}): Promise<Finding> {
  if (isIP(host) !== 0) {
    if (environment.allowsAddress?.(host) === false) throw egressForbidden(host);
    return passed(`${host} is an address, not a name`, { host, address: host });
  }
  const lookup = environment.lookup ?? systemLookup;
  const addresses = await new Promise<LookupAddress[]>((resolve, reject) => {
    lookup(host, { all: true }, (error, found) => {
      if (error) reject(error);
      else resolve(Array.isArray(found) ? found : [{ address: found, family: isIP(found) }]);
    });
  }).catch((error) => {
    const systemCode = systemCodeOf(error);
    if (systemCode === 'EGRESS_FORBIDDEN') throw egressForbidden(host);
    throw unreachable(
      `The name ${host} does not resolve (${systemCode}).`,
      'Check the spelling of endpoint and zone, and the DNS servers of this machine.',
      { host, systemCode },
    );
  });
  const address = addresses.map((each) => each.address).join(', ');
  return passed(`${host} is ${address}`, { host, address });
}

/** A TCP connection that is closed again. Answers the milliseconds it took. */
export async function connectOnce(place: Place, environment: StorageEnvironment, signal: AbortSignal): Promise<number> {
  const startedAt = performance.now();
  const socket = await open(place, environment, signal, () =>
    connectTcp({ ...place, ...(environment.lookup && { lookup: environment.lookup }) }),
  );
  socket.destroy();
  return performance.now() - startedAt;
}

export async function checkConnect(
  place: Place,
  environment: StorageEnvironment,
  signal: AbortSignal,
): Promise<Finding> {
  const ms = Math.round(await connectOnce(place, environment, signal));
  const { host, port } = place;
  return passed(`${host}:${port} takes connections after ${ms} ms`, { host, port, ms });
}

/** The certificate of the endpoint, against the usual authorities or the given ones. */
export async function checkTls(
  place: Place,
  environment: StorageEnvironment & { caCertificates?: string | undefined },
  signal: AbortSignal,
): Promise<Finding> {
  const { host } = place;
  const socket = await open(
    place,
    environment,
    signal,
    () =>
      connectTls({
        ...place,
        ...(isIP(host) === 0 && { servername: host }),
        ...(environment.lookup && { lookup: environment.lookup }),
        ...(environment.caCertificates !== undefined && { ca: environment.caCertificates }),
      }),
    'secureConnect',
  );
  const protocol = 'getProtocol' in socket && typeof socket.getProtocol === 'function' ? socket.getProtocol() : 'TLS';
  socket.destroy();
  return passed(`the certificate of ${host} is trusted (${protocol})`, { host, protocol: String(protocol) });
}

function open(
  { host, port }: Place,
  environment: StorageEnvironment,
  signal: AbortSignal,
  make: () => Socket,
  ready: 'connect' | 'secureConnect' = 'connect',
): Promise<Socket> {
  if (isIP(host) !== 0 && environment.allowsAddress?.(host) === false) return Promise.reject(egressForbidden(host));
  return new Promise((resolve, reject) => {
    const socket = make();
    const fail = (error: unknown): void => {
      signal.removeEventListener('abort', abort);
      socket.destroy();
      reject(error);
    };
    const abort = (): void => fail(cancelled());
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    socket.setTimeout(CONNECT_TIMEOUT_MS, () =>
      fail(
        unreachable(
          `${host}:${port} did not answer within ${CONNECT_TIMEOUT_MS / 1000} s.`,
          'Check host and port, and the firewalls between this machine and the storage.',
          { host, port },
        ),
      ),
    );
    socket.once('error', (error) => fail(explain(error, host, port)));
    socket.once(ready, () => {
      signal.removeEventListener('abort', abort);
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

function explain(error: unknown, host: string, port: number): SampanError {
  const systemCode = systemCodeOf(error);
  if (systemCode === 'EGRESS_FORBIDDEN') return egressForbidden(host);
  const parameters = { host, port, systemCode };
  if (/CERT|ALTNAME|SELF_SIGNED|UNABLE_TO_VERIFY/.test(systemCode)) {
    return new SampanError('storage_untrusted', `The certificate of ${host} is not trusted (${systemCode}).`, {
      hint:
        'Check the endpoint and the clock of this machine. For a private deployment, give the certificate of its authority ' +
        'to the storage. Verification is never switched off.',
      parameters,
    });
  }
  if (/SSL|TLS|EPROTO|WRONG_VERSION/.test(systemCode)) {
    return unreachable(
      `${host}:${port} does not speak TLS (${systemCode}).`,
      'Check whether the endpoint begins with http:// rather than https://, and its port.',
      parameters,
    );
  }
  if (systemCode === 'ECONNREFUSED') {
    return unreachable(
      `Nothing listens at ${host}:${port}.`,
      'Check host and port of the endpoint, and that the storage is running.',
      parameters,
    );
  }
  return unreachable(
    `${host}:${port} cannot be reached (${systemCode}).`,
    'Check the endpoint, and the network between this machine and the storage.',
    parameters,
  );
}

/** The other side's clock minus ours, milliseconds; null when it does not tell the time. */
function judgeClock(skewMs: number | null): Finding {
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
  const message = `the clock of the storage is ${sign}${Math.abs(seconds)} s from ours`;
  const parameters = { seconds };
  if (Math.abs(skewMs) <= NOTICEABLE_SKEW_MS) return passed(message, parameters);
  return {
    state: Math.abs(skewMs) <= ALLOWED_SKEW_MS ? 'warning' : 'failed',
    code: 'clock_skew',
    message,
    cause: 'The clock of this machine or that of the storage is wrong; from 15 minutes on requests are refused.',
    remedy: 'Set the clock of this machine, best by NTP.',
    parameters,
  };
}

/** How far the other side's clock is from ours, by the `Date` header of whatever it answers to a request without a key. */
export async function checkClock(
  origin: string,
  environment: StorageEnvironment & { caCertificates?: string | undefined },
  signal: AbortSignal,
): Promise<Finding> {
  const now = environment.now ?? Date.now;
  const url = new URL(origin);
  const place = placeOf(origin);
  // Loaded when a clock is looked at: `import` of node:http takes a noticeable part of a program's start.
  const { request: send } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'));
  const date = await new Promise<string | undefined>((resolve, reject) => {
    const request = send(
      url,
      {
        method: 'HEAD',
        signal,
        timeout: CONNECT_TIMEOUT_MS,
        agent: false,
        ...(environment.lookup && { lookup: environment.lookup }),
        ...(environment.caCertificates !== undefined && { ca: environment.caCertificates }),
      },
      (response) => {
        response.destroy();
        resolve(response.headers.date);
      },
    );
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', (error) => reject(signal.aborted ? cancelled() : explain(error, place.host, place.port)));
    request.end();
  });
  const told = Date.parse(date ?? '');
  return judgeClock(Number.isNaN(told) ? null : told - now());
}
