import { isIP } from 'node:net';
import { QingStorError } from './error.ts';
import { DEFAULT_ENDPOINT, DEFAULT_ZONE } from './options.ts';
import { REMEDIES } from './remedies.ts';

/** Where requests go. All parts are ready to use; an origin has no path. */
export interface Endpoint {
  protocol: 'http:' | 'https:';
  /** As typed, lower case, without brackets or port. */
  host: string;
  port: number;
  /** '' for none. */
  zone: string;
  /** Whether the zone is written before the host. */
  zoneInHost: boolean;
  isDefault: boolean;
}

const LABELS = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;
const ZONE = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/;

function invalid(message: string): QingStorError {
  return new QingStorError('invalid_option', message, { hint: REMEDIES.endpoint });
}

/**
 * Reads the endpoint as a person types it: without a scheme it is https, a slash at the end does not matter.
 * Throws `invalid_option` for anything with a path, query or user name.
 */
export function readEndpoint(typed: string | undefined, zone: string = DEFAULT_ZONE): Endpoint {
  const text = typed?.trim() || DEFAULT_ENDPOINT;
  const url = URL.parse(text.includes('://') ? text : `https://${text}`);
  const { protocol } = url ?? {};
  if (!url || (protocol !== 'http:' && protocol !== 'https:')) {
    throw invalid('The endpoint must be an address such as https://qingstor.com:443');
  }
  if (url.username || url.password || url.search || url.hash || url.pathname !== '/') {
    throw invalid('The endpoint is scheme, host and port only, without path, query or user name');
  }
  if (!ZONE.test(zone)) throw new QingStorError('invalid_option', 'A zone is a short name such as pek3a or sh1a');
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(host) === 0 && !LABELS.test(host)) throw invalid('The host of the endpoint is not a name or an address');
  const begins = host === zone || host.startsWith(`${zone}.`);
  return {
    protocol,
    host,
    port: url.port === '' ? (protocol === 'https:' ? 443 : 80) : Number(url.port),
    zone,
    zoneInHost: zone !== '' && isIP(host) === 0 && host !== 'localhost' && !begins,
    isDefault: typed === undefined || typed.trim() === '' || text === DEFAULT_ENDPOINT,
  };
}

function origin({ protocol, port }: Endpoint, host: string): string {
  const written = isIP(host) === 6 ? `[${host}]` : host;
  return new URL(`${protocol}//${written}:${port}`).origin;
}

/** Where the list of buckets and the look-up of zones are asked. */
export function globalOrigin(endpoint: Endpoint): string {
  return origin(endpoint, endpoint.host);
}

/** Where a bucket is asked, in path style. */
export function zoneOrigin(endpoint: Endpoint): string {
  return origin(endpoint, endpoint.zoneInHost ? `${endpoint.zone}.${endpoint.host}` : endpoint.host);
}

/** Where a bucket is asked when its name is in the host; null where that cannot be (an address). */
export function bucketOrigin(endpoint: Endpoint, bucket: string): string | null {
  if (isIP(endpoint.host) !== 0) return null;
  const host = endpoint.zoneInHost ? `${endpoint.zone}.${endpoint.host}` : endpoint.host;
  return origin(endpoint, `${bucket}.${host}`);
}

/** The same endpoint in another zone. */
export function inZone(endpoint: Endpoint, zone: string): Endpoint {
  const moved = readEndpoint(globalOrigin(endpoint), zone);
  return { ...moved, isDefault: endpoint.isDefault };
}
