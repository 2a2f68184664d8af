import { SampanError } from '@sampan/driver';
import { EGRESS_FORBIDDEN, egressForbidden } from '../errors.ts';

/** The word of undici, Node or the system for what went wrong; `UNKNOWN` when there is none. */
export function systemCodeOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return systemCodeOf(thrown.errors[0]);
  if (!(thrown instanceof Error)) return 'UNKNOWN';
  const own = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : 'UNKNOWN';
  // Undici wraps what the socket said.
  if ((own === 'UNKNOWN' || own === 'UND_ERR_SOCKET') && thrown.cause !== undefined) {
    const inner = systemCodeOf(thrown.cause);
    return inner === 'UNKNOWN' ? own : inner;
  }
  return own;
}

interface Meaning {
  code: string;
  text: (host: string) => string;
  hint: string;
  retryable: boolean;
}

const NETWORK = 'Check the endpoint, and the network between this machine and the storage.';

/** The first that matches counts. */
const MEANINGS: readonly [RegExp, Meaning][] = [
  [
    /^ENOTFOUND$/,
    {
      code: 'storage_unreachable',
      text: (host) => `There is no host ${host}`,
      hint: 'Check the spelling of the endpoint, and the DNS servers of this machine.',
      retryable: false,
    },
  ],
  [
    /^EPROTO$|WRONG_VERSION|PACKET_LENGTH|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS/,
    {
      code: 'storage_unreachable',
      text: (host) => `${host} does not speak TLS`,
      hint: 'Check whether the endpoint begins with http:// rather than https://, and its port.',
      retryable: false,
    },
  ],
  [
    /CERT|TLS|SSL|UNABLE_TO_|SELF_SIGNED|ALTNAME/,
    {
      code: 'storage_untrusted',
      text: (host) => `The certificate of ${host} is not trusted`,
      hint:
        'Check the endpoint and the clock of this machine. For a private deployment, give the certificate of its ' +
        'authority to the storage. Verification is never switched off.',
      retryable: false,
    },
  ],
  [
    /^UND_ERR_CONNECT_TIMEOUT$/,
    { code: 'storage_unreachable', text: (host) => `${host} takes no connections`, hint: NETWORK, retryable: true },
  ],
  [
    /^UND_ERR_(?:HEADERS|BODY)_TIMEOUT$|^ETIMEDOUT$/,
    {
      code: 'storage_timeout',
      text: (host) => `${host} was silent for too long`,
      hint: 'Try again; if it stays, check the storage and the network to it.',
      retryable: true,
    },
  ],
  [
    /^HPE_(?!INVALID_EOF_STATE)|^UND_ERR_HEADERS_OVERFLOW$/,
    {
      code: 'unexpected_answer',
      text: (host) => `${host} does not speak HTTP as a storage does`,
      hint: 'Check host and port of the endpoint: another service answers there.',
      retryable: false,
    },
  ],
  [
    /^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|EADDRNOTAVAIL)$/,
    { code: 'storage_unreachable', text: (host) => `${host} cannot be reached`, hint: NETWORK, retryable: true },
  ],
];

const BROKEN: Meaning = {
  code: 'storage_unreachable',
  text: (host) => `The connection to ${host} broke`,
  hint: NETWORK,
  retryable: true,
};

/**
 * What a failed exchange means. Names the host and nothing else of the request; the message of what was thrown is not
 * used, since some parts of Node write addresses into it.
 */
export function connectionFailed(thrown: unknown, host: string): SampanError {
  if (thrown instanceof SampanError) return thrown;
  const systemCode = systemCodeOf(thrown);
  if (systemCode === EGRESS_FORBIDDEN) return egressForbidden(host);
  const { code, text, hint, retryable } = MEANINGS.find(([words]) => words.test(systemCode))?.[1] ?? BROKEN;
  return new SampanError(code, `${text(host)} (${systemCode}).`, { hint, retryable, parameters: { host, systemCode } });
}
