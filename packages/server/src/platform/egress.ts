import { type LookupAddress, lookup } from 'node:dns';
import { isIP } from 'node:net';
import { Agent, fetch as undiciFetch } from 'undici';
import { networkList } from './addresses.ts';

/**
 * Addresses no typed endpoint may lead to: the services by which clouds hand credentials to machines, other link-local
 * ones, and the unspecified address. Private networks and loopback are allowed, since self-hosted clouds live there.
 */
const FORBIDDEN = networkList([
  '169.254.0.0/16',
  'fe80::/10',
  'fd00:ec2::254/128',
  '100.100.100.200/32',
  '0.0.0.0/8',
  '::/128',
]);

const CONNECT_TIMEOUT_MS = 10_000;

/** The refusal as drivers see it: their `fetch` fails with this, as it does when a connection fails. */
class EgressForbidden extends Error {
  override readonly name = 'EgressForbidden';
  readonly code = 'EGRESS_FORBIDDEN';
}

function refuse(address: string, name: string): EgressForbidden {
  return new EgressForbidden(`${name} leads to ${address}, an address that Sampan does not call`);
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** Checks after the name was resolved, so that a name cannot be made to point elsewhere between check and connection. */
function checkedLookup(hostname: string, options: object, callback: LookupCallback): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const forbidden = addresses.find((entry) => FORBIDDEN.has(entry.address));
    if (forbidden) return callback(refuse(forbidden.address, hostname), []);
    callback(null, addresses);
  });
}

/**
 * A `fetch` for addresses that a person typed: refuses forbidden addresses, verifies TLS, follows no redirects.
 * The refusal has the code `EGRESS_FORBIDDEN`, itself or, when it arises while connecting, as the cause.
 */
export function makeEgress(onAnswer: (status: string) => void = () => undefined): {
  fetch: typeof globalThis.fetch;
  close: () => Promise<void>;
} {
  const agent = new Agent({ connect: { lookup: checkedLookup, timeout: CONNECT_TIMEOUT_MS }, connections: 32 });
  const checkedFetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && FORBIDDEN.has(host)) throw refuse(host, host);
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
  return { fetch: checkedFetch as typeof globalThis.fetch, close: () => agent.close() };
}
