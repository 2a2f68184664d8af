import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, fetch as undiciFetch } from 'undici';
import { networkList } from './addresses.ts';

const FORBIDDEN_IPV4 = ['169.254.0.0/16', '100.100.100.200/32', '0.0.0.0/8'];
const FORBIDDEN_IPV6 = ['fe80::/10', 'fd00:ec2::254/128', '::/128'];

/** An IPv4 network as a translator (NAT64, RFC 6052) shows it to machines that only have IPv6. */
function translated(network: string): string {
  const [address, prefix] = network.split('/');
  return `64:ff9b::${address}/${96 + Number(prefix)}`;
}

/**
 * Addresses no typed endpoint may lead to: the services by which clouds hand credentials to machines, other link-local
 * ones, and the unspecified address. Private networks and loopback are allowed, since self-hosted clouds live there.
 */
export const FORBIDDEN_NETWORKS: readonly string[] = [
  ...FORBIDDEN_IPV4,
  ...FORBIDDEN_IPV4.map(translated),
  ...FORBIDDEN_IPV6,
];
const FORBIDDEN = networkList(FORBIDDEN_NETWORKS);

const CONNECT_TIMEOUT_MS = 10_000;

/** The refusal as drivers see it: their `fetch` fails with this, as it does when a connection fails. */
class EgressForbidden extends Error {
  override readonly name = 'EgressForbidden';
  readonly code = 'EGRESS_FORBIDDEN';
}

function refuse(address: string, name: string): EgressForbidden {
  return new EgressForbidden(`${name} leads to ${address}, an address that Sampan does not call`);
}

/** Checks after the name was resolved, so that a name cannot be made to point elsewhere between check and connection. */
const checkedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, []);
    const forbidden = addresses.find((entry) => !allowsAddress(entry.address));
    if (forbidden) return callback(refuse(forbidden.address, hostname), []);
    const [first] = addresses;
    if (options.all || !first) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};

/** Whether a literal address, as it stands in a typed endpoint, may be called: `lookup` is not asked for those. */
function allowsAddress(address: string): boolean {
  // Without the brackets of an address in a URL, and without the interface of a link-local one.
  return !FORBIDDEN.has(address.replace(/^\[|\]$/g, '').replace(/%.*$/, ''));
}

/** What leads out of this server to addresses that a person typed. */
export interface Egress {
  /**
   * Refuses forbidden addresses, verifies TLS, follows no redirects. The refusal has the code `EGRESS_FORBIDDEN`, itself or,
   * when it arises while connecting, as the cause.
   */
  fetch: typeof globalThis.fetch;
  /** For connections that are no `fetch`: refuses names that lead to forbidden addresses. */
  lookup: LookupFunction;
  allowsAddress: (address: string) => boolean;
  close: () => Promise<void>;
}

export function makeEgress(onAnswer: (status: string) => void = () => undefined): Egress {
  const agent = new Agent({ connect: { lookup: checkedLookup, timeout: CONNECT_TIMEOUT_MS }, connections: 32 });
  const checkedFetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !allowsAddress(host)) throw refuse(host, host);
    try {
      const request = { ...init, redirect: 'manual', dispatcher: agent } as unknown as Parameters<
        typeof undiciFetch
      >[1];
      const response = await undiciFetch(url, request);
      onAnswer(String(response.status));
      return response as unknown as Response;
    } catch (error) {
      onAnswer('none');
      throw error;
    }
  };
  return {
    fetch: checkedFetch as typeof globalThis.fetch,
    lookup: checkedLookup,
    allowsAddress,
    close: () => agent.close(),
  };
}
