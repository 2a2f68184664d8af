import { isIP } from 'node:net';
import { splitTarget } from '@sampan/accesskey';
import { QingStorServerError } from '../errors.ts';

const LONGEST_KEY_BYTES = 1023;
/** Zones of the vendor; others are served too, but these cannot be taken for a bucket. */
const VENDOR_ZONES: readonly string[] = ['pek3a', 'pek3b', 'sh1a', 'gd2', 'gd2a', 'ap2a', 'ap3'];

/** What a request is about, from its host and path. */
export interface Address {
  /** Lower case, without the port. */
  hostName: string;
  /** `:9000`, or ''. */
  port: string;
  /** Path and query as they came, without scheme and host. */
  target: string;
  zone: string;
  /** The host was `<base>` alone: requests for all zones. */
  isGlobal: boolean;
  /** The host began with `s3.`. */
  isS3Host: boolean;
  bucket: string | undefined;
  /** The bucket's name was in the host. */
  isVirtualHost: boolean;
  /** The host was `<name>.<base>`, where name is no zone known: a zone or a bucket. */
  ambiguousLabel: string | undefined;
  /** Decoded; '' when it is about the bucket itself. */
  key: string;
}

export interface AddressOptions {
  baseHost: string;
  zone: string;
}

function splitHost(authority: string): { hostName: string; port: string } {
  const [, hostName = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(:\d*)?$/.exec(authority.toLowerCase()) ?? [];
  return { hostName: hostName.replace(/\.$/, ''), port: port === ':' ? '' : port };
}

/** The key that a still encoded path names. `%2F` in it is a slash. Throws `invalid_object_name`. */
export function decodeKey(raw: string): string {
  let key: string;
  try {
    key = decodeURIComponent(raw);
  } catch {
    throw new QingStorServerError('invalid_object_name', 'The key is not percent-encoded UTF-8.');
  }
  if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) throw new QingStorServerError('invalid_object_name');
  return key;
}

/** `zone`, and `bucket` where the host has one; the labels are those before `.<base>`. */
function readLabels(labels: string, options: AddressOptions): Partial<Address> & { zone: string } {
  if (labels === '') return { zone: options.zone, isGlobal: true };
  const parts = labels.split('.');
  const last = parts.pop() ?? '';
  const before = parts.at(-1);
  if (before === 's3') {
    parts.pop();
    const bucket = parts.join('.');
    return { zone: last, isS3Host: true, ...(bucket !== '' && { bucket, isVirtualHost: true }) };
  }
  if (last === 's3' && parts.length === 0) return { zone: options.zone, isS3Host: true };
  if (parts.length > 0) return { zone: last, bucket: parts.join('.'), isVirtualHost: true };
  const isZone = last === options.zone || VENDOR_ZONES.includes(last);
  return isZone ? { zone: last } : { zone: last, ambiguousLabel: last };
}

/**
 * Reads `<base>`, `<zone>.<base>`, `<bucket>.<zone>.<base>`, the same with `s3.` before the zone, addresses and any other
 * name (path style in the default zone), and the absolute form that clients send to a proxy.
 */
export function readAddress(url: string, hostHeader: string, options: AddressOptions): Address {
  const [, authority, rest] = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/([^/?#]*)(.*)$/.exec(url) ?? [];
  const { hostName, port } = splitHost(authority ?? hostHeader);
  const target = rest === undefined ? url : rest.startsWith('/') ? rest : `/${rest}`;
  const base = options.baseHost;
  let fromHost: Partial<Address> & { zone: string } = { zone: options.zone };
  if (hostName === base) fromHost = readLabels('', options);
  else if (hostName.endsWith(`.${base}`) && isIP(hostName) === 0) {
    fromHost = readLabels(hostName.slice(0, -base.length - 1), options);
  }
  const { path } = splitTarget(target);
  if (!path.startsWith('/')) throw new QingStorServerError('invalid_request', 'The path must begin with a slash.');
  const address: Address = {
    hostName,
    port,
    target,
    isGlobal: false,
    isS3Host: false,
    isVirtualHost: false,
    ambiguousLabel: undefined,
    bucket: undefined,
    key: '',
    ...fromHost,
  };
  if (address.isVirtualHost) return { ...address, key: decodeKey(path.slice(1)) };
  const slash = path.indexOf('/', 1);
  const bucket = slash < 0 ? path.slice(1) : path.slice(1, slash);
  if (bucket === '') {
    if (slash >= 0) throw new QingStorServerError('invalid_bucket_name', 'The path names no bucket.');
    return address;
  }
  return { ...address, bucket: decodeKey(bucket), key: slash < 0 ? '' : decodeKey(path.slice(slash + 1)) };
}

/** The same request, its one label before the base taken for a bucket. */
export function asVirtualHost(address: Address, zone: string): Address {
  const { path } = splitTarget(address.target);
  return { ...address, zone, bucket: address.ambiguousLabel, isVirtualHost: true, key: decodeKey(path.slice(1)) };
}
