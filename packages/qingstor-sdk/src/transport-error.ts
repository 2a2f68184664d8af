import { QingStorError, type QingStorErrorCode } from './error.ts';
import { REMEDIES } from './remedies.ts';

/** The words of a broken connection, by undici, Node and the system. */
function systemCodeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  if (error instanceof AggregateError && error.errors.length > 0) return systemCodeOf(error.errors[0]);
  const own = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (own === 'UND_ERR_SOCKET' && error.cause !== undefined) {
    const inner = systemCodeOf(error.cause);
    return inner === 'UNKNOWN' ? own : inner;
  }
  return own ?? (error.name === 'HTTPParserError' ? 'HPE_INVALID' : 'UNKNOWN');
}

const TLS = /CERT|TLS|SSL|UNABLE_TO_VERIFY|SELF_SIGNED|ALTNAME/;
const NO_CONNECTION =
  /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT)$/;

interface Kind {
  code: QingStorErrorCode;
  text: string;
  retryable: boolean;
}

function kindOf(systemCode: string, host: string): Kind {
  if (systemCode === 'ENOTFOUND') {
    return { code: 'endpoint_unreachable', text: `There is no host ${host}`, retryable: false };
  }
  if (NO_CONNECTION.test(systemCode)) {
    return { code: 'endpoint_unreachable', text: `${host} cannot be reached (${systemCode})`, retryable: true };
  }
  if (/^EPROTO$|WRONG_VERSION|PACKET_LENGTH|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS/.test(systemCode)) {
    const text = `${host} does not speak TLS as this client does (${systemCode}): is it http:// instead of https://?`;
    return { code: 'endpoint_unreachable', text, retryable: false };
  }
  if (TLS.test(systemCode)) {
    return {
      code: 'endpoint_untrusted',
      text: `The TLS connection to ${host} is not trusted (${systemCode})`,
      retryable: false,
    };
  }
  if (systemCode.startsWith('HPE_')) {
    return { code: 'not_qingstor', text: `${host} does not speak HTTP (${systemCode})`, retryable: true };
  }
  if (/TIMEOUT|ETIMEDOUT/.test(systemCode)) {
    return { code: 'timed_out', text: `${host} was silent for too long`, retryable: true };
  }
  return { code: 'connection_broken', text: `The connection to ${host} broke (${systemCode})`, retryable: true };
}

/**
 * What a failed exchange means. Says nothing of the request but its host: the message of what was thrown is not used,
 * since some parts of Node write addresses into it.
 */
export function transportError(thrown: unknown, origin: string, isDefaultEndpoint: boolean): QingStorError {
  const systemCode = systemCodeOf(thrown);
  const { code, text, retryable } = kindOf(systemCode, new URL(origin).host);
  const hint =
    code === 'endpoint_untrusted'
      ? REMEDIES.certificate
      : code === 'not_qingstor'
        ? REMEDIES.proxy
        : code === 'endpoint_unreachable'
          ? isDefaultEndpoint
            ? REMEDIES.network
            : `${REMEDIES.endpoint} The zone is written before the host of the endpoint: where that name does not exist, ` +
              `put the zone into the endpoint or leave it empty. ${REMEDIES.network}`
          : undefined;
  return new QingStorError(code, text, { hint, retryable, systemCode });
}
