import { SampanError, type SampanErrorOptions } from '@sampan/driver';

interface Meaning {
  code: string;
  message: string;
  hint: string;
  retryable?: boolean;
}

const BUSY = 'Try again later; if it stays, look at the server.';

/** By status: WebDAV has no codes of its own. Source: RFC 4918, section 11, and RFC 9110, section 15. */
const BY_STATUS: Readonly<Record<number, Meaning>> = {
  401: {
    code: 'login_refused',
    message: 'The server does not accept user name and password.',
    hint: 'Check both. Where the server has a second factor, make a password for applications.',
  },
  403: {
    code: 'permission_denied',
    message: 'The server does not let the user do this.',
    hint: 'Give the user the right to read and write in the folder of the storage.',
  },
  405: {
    code: 'not_supported',
    message: 'The server does not offer this.',
    hint: 'Check the address: it must be that of a WebDAV folder in which files can be written.',
  },
  408: { code: 'storage_timeout', message: 'The server gave up waiting for the request.', hint: BUSY, retryable: true },
  412: { code: 'object_changed', message: 'The object was replaced meanwhile.', hint: 'Try again.' },
  413: {
    code: 'too_large',
    message: 'The object is larger than the server takes.',
    hint: 'Raise the limit of the server (client_max_body_size, LimitRequestBody).',
  },
  414: { code: 'invalid_key', message: 'The server does not take so long a name.', hint: 'Choose a shorter name.' },
  423: {
    code: 'storage_unavailable',
    message: 'Somebody has locked the file on the server.',
    hint: 'Close it in other programs, or wait until the lock ends.',
    retryable: true,
  },
  429: { code: 'throttled', message: 'The server asks for fewer requests.', hint: BUSY, retryable: true },
  507: {
    code: 'storage_full',
    message: 'There is no space left on the server.',
    hint: 'Free space or raise the quota. Nothing half-written was left.',
  },
};

const FAULT: Meaning = {
  code: 'storage_unavailable',
  message: 'The server had a fault of its own.',
  hint: BUSY,
  retryable: true,
};

export function webdavError(status: number, key: string, retryAfterMs?: number): SampanError {
  const meaning = BY_STATUS[status] ?? (status >= 500 ? FAULT : null);
  const options: SampanErrorOptions = { parameters: { status, key } };
  if (!meaning) return foreignAnswer(`status ${status}`);
  return new SampanError(meaning.code, `${meaning.message.slice(0, -1)} (status ${status}).`, {
    ...options,
    hint: meaning.hint,
    retryable: meaning.retryable ?? false,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

export function foreignAnswer(what: string): SampanError {
  return new SampanError('unexpected_answer', `Something answered that is no WebDAV server: ${what}.`, {
    hint: 'Check the address: a web page, a proxy or another service answers there.',
  });
}
