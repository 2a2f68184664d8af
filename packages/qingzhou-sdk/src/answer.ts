import { QingzhouError, type QingzhouErrorCode } from './error.ts';
import type { ErrorRule, QingzhouProfile } from './profile.ts';
import { readRetryAfter } from './retry.ts';

/** A JSON object as the vendor sent it. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const SUCCESS_CODES: ReadonlySet<unknown> = new Set([
  undefined,
  null,
  '',
  0,
  200,
  '0',
  '200',
  'OK',
  'Success',
  'success',
]);
const LONGEST_REMOTE_TEXT = 300;

function fits(rule: ErrorRule, code: string): boolean {
  const parts = rule.match.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(code);
}

/** A vendor's code in our words; by its name, and only for an unknown name by the kind of status. */
export function classify(
  profile: QingzhouProfile,
  remoteCode: string,
  httpStatus: number,
): { code: QingzhouErrorCode; resource?: string } {
  const rule = profile.errors.find((each) => fits(each, remoteCode));
  if (rule) return rule;
  return { code: httpStatus >= 500 ? 'cloud_unavailable' : 'request_refused' };
}

/**
 * The vendor's own explanation, if it can be shown: gateways of this family put the text that was signed into it, with
 * all parameters and passwords.
 */
export function presentableText(text: unknown, secrets: readonly string[]): string {
  if (typeof text !== 'string' || text.trim() === '') return '';
  const lower = text.toLowerCase();
  const gives = secrets.some(
    (secret) => secret !== '' && (text.includes(secret) || text.includes(encodeURIComponent(secret))),
  );
  if (gives || lower.includes('signature=') || lower.includes('%26') || lower.includes('string to sign')) return '';
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, LONGEST_REMOTE_TEXT);
}

export interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
}

function unexpected(raw: RawAnswer, action: string, what: string): QingzhouError {
  const details = { action, httpStatus: raw.status };
  if (raw.status >= 500) {
    return new QingzhouError(
      'cloud_unavailable',
      `The endpoint answered ${action} with status ${raw.status} and ${what}.`,
      {
        ...details,
        retryAfterMs: readRetryAfter(raw.headers),
      },
    );
  }
  if (raw.status === 429) {
    return new QingzhouError('throttled', `The endpoint answered ${action} with status 429 (too many requests).`, {
      ...details,
      retryAfterMs: readRetryAfter(raw.headers),
    });
  }
  return new QingzhouError(
    'unexpected_answer',
    `The endpoint answered ${action} with status ${raw.status} and ${what}; it does not seem to be the API.`,
    details,
  );
}

/**
 * The answer to an action, or a throw of what it says went wrong. A `Code` counts whatever the status is; a body that is
 * not a JSON object is an error whatever the status is. `secrets` are texts that no error may repeat.
 */
export function readAnswer(
  profile: QingzhouProfile,
  action: string,
  raw: RawAnswer,
  secrets: readonly string[],
): JsonRecord {
  if (raw.status >= 300 && raw.status < 400) throw unexpected(raw, action, 'a redirect, which is not followed');
  let body: unknown;
  try {
    body = JSON.parse(raw.text);
  } catch {
    const html = /^\s*<(?:!doctype|html)/i.test(raw.text) || raw.headers.get('content-type')?.includes('html');
    throw unexpected(
      raw,
      action,
      html ? 'an HTML page' : raw.text.trim() === '' ? 'an empty body' : 'a text that is not JSON',
    );
  }
  if (!isRecord(body)) throw unexpected(raw, action, 'JSON that is not an object');
  if (SUCCESS_CODES.has(body.Code)) {
    if (raw.status >= 400) throw unexpected(raw, action, 'JSON without an error code');
    return body;
  }
  const remoteCode = /^[\w.-]{1,100}$/.test(String(body.Code)) ? String(body.Code) : 'an unreadable code';
  const { code, resource } = classify(profile, remoteCode, raw.status);
  const said = code === 'invalid_signature' ? '' : presentableText(body.Message, secrets);
  throw new QingzhouError(code, `Qingzhou Cloud refused ${action}: ${remoteCode}${said && `: ${said}`}`, {
    action,
    remoteCode,
    httpStatus: raw.status,
    requestId: typeof body.RequestId === 'string' ? body.RequestId.slice(0, 100) : undefined,
    resource,
    retryAfterMs: readRetryAfter(raw.headers),
  });
}
