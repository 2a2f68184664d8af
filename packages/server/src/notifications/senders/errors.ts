import { SampanError } from '@sampan/driver';

/** What channels answer, in our terms. Nothing here names an address that holds a token. */
export const channelError = {
  unreachable: (host: string, reason: string) =>
    new SampanError('channel_unreachable', `${host} was not reached: ${reason}.`, {
      hint: 'Check the address, the network of the server and its firewall.',
      retryable: true,
      parameters: { host, reason },
    }),
  timeout: (host: string, seconds: number) =>
    new SampanError('channel_timeout', `${host} did not answer within ${seconds} s.`, {
      hint: 'The message may have arrived all the same; it is sent again.',
      retryable: true,
      parameters: { host, seconds },
    }),
  tls: (host: string, reason: string) =>
    new SampanError('channel_tls_failed', `The certificate of ${host} is not accepted: ${reason}.`, {
      hint: 'Mend the certificate, or give the CA that issued it where the form has a field for it.',
      retryable: true,
      parameters: { host, reason },
    }),
  forbidden: (host: string) =>
    new SampanError('egress_forbidden', `${host} leads to an address that Sampan does not call.`, {
      hint: 'Link-local addresses and the services by which clouds hand out credentials are never called.',
      parameters: { host },
    }),
  redirected: (host: string) =>
    new SampanError('channel_redirected', `${host} answers with a redirect, which Sampan does not follow.`, {
      hint: 'Give the address that it leads to.',
      parameters: { host },
    }),
  badSignature: (said: string) =>
    new SampanError('channel_bad_signature', `The signature is not accepted: ${said}.`, {
      hint: 'Copy the signing secret of the robot again, and check that the clock of the server is right.',
      parameters: { said },
    }),
  keywordMissing: (said: string) =>
    new SampanError('channel_keyword_missing', `The robot takes only messages with its keyword: ${said}.`, {
      hint: 'Add the keyword "Sampan" to the robot, which every message holds, or use a signature instead of keywords.',
      parameters: { said },
    }),
  addressNotAllowed: (said: string) =>
    new SampanError('channel_address_not_allowed', `The robot does not take messages from this address: ${said}.`, {
      hint: 'Add the address of the server to the list of the robot.',
      parameters: { said },
    }),
  throttled: (said: string, waitMs: number) =>
    new SampanError('channel_throttled', `Too many messages: ${said}.`, {
      hint: 'They are sent later. A digest sends fewer.',
      retryable: true,
      retryAfterMs: waitMs,
      parameters: { said, seconds: Math.ceil(waitMs / 1000) },
    }),
  gone: (said: string) =>
    new SampanError('channel_gone', `The other side does not know this robot, group or token (any more): ${said}.`, {
      hint: 'Make it anew there and give its address here.',
      parameters: { said },
    }),
  messageRefused: (said: string) =>
    new SampanError('channel_message_refused', `The message is not accepted: ${said}.`, {
      hint: 'Look at what the other side says; the same message would be refused again.',
      parameters: { said },
    }),
  loginFailed: (said: string) =>
    new SampanError('channel_login_failed', `The login is not accepted: ${said}.`, {
      hint: 'Check user name and password or token. Many mail providers want a password for applications.',
      parameters: { said },
    }),
  recipientRefused: (said: string, retryable: boolean) =>
    new SampanError('channel_recipient_refused', `A sender or recipient is not accepted: ${said}.`, {
      hint: 'Check the addresses. Those that were accepted have got it.',
      retryable,
      parameters: { said },
    }),
  unavailable: (said: string, waitMs?: number) =>
    new SampanError('channel_unavailable', `The other side cannot take messages now: ${said}.`, {
      hint: 'It is sent again later.',
      retryable: true,
      parameters: { said },
      ...(waitMs !== undefined && { retryAfterMs: waitMs }),
    }),
  unexpected: (said: string) =>
    new SampanError('unexpected_answer', `The answer is not as documented: ${said}.`, {
      hint: 'Check that the address belongs to this kind of channel.',
      parameters: { said },
    }),
};

const TLS_CODES = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO|ETLS/;

/** Nodemailer puts a code of its own over that of the system. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, originalCode } = error as { code?: unknown; originalCode?: unknown };
  const found = originalCode ?? code;
  return typeof found === 'string' ? found : undefined;
}

/** A connection that failed, told by its system code only: the text of the error may repeat the address. */
export function connectionError(thrown: unknown, host: string, signal: AbortSignal, timeoutMs: number): SampanError {
  if (thrown instanceof SampanError) return thrown;
  if (signal.aborted) return channelError.timeout(host, Math.round(timeoutMs / 1000));
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  const nested = thrown instanceof AggregateError ? thrown.errors[0] : undefined;
  const code = codeOf(thrown) ?? codeOf(cause) ?? codeOf(nested);
  if (code === 'EGRESS_FORBIDDEN') return channelError.forbidden(host);
  if (code !== undefined && TLS_CODES.test(code)) return channelError.tls(host, code);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EDNS')
    return channelError.unreachable(host, 'its name has no address');
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT' || code === 'UND_ERR_HEADERS_TIMEOUT')
    return channelError.timeout(host, Math.round(timeoutMs / 1000));
  return channelError.unreachable(host, code ?? 'the connection failed');
}
