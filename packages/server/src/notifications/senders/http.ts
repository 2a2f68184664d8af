import { SEND_TIMEOUT_MS } from '../timing.ts';
import type { SenderEnvironment } from './contract.ts';
import { channelError, connectionError } from './errors.ts';

/** More than any vendor answers; the rest is not read. */
const ANSWER_BYTES = 64 * 1024;
const SAID_LENGTH = 300;

export interface Answer {
  status: number;
  text: string;
  /** Null when it is no JSON object. */
  json: Record<string, unknown> | null;
  /** What `Retry-After` asks for. */
  retryAfterMs: number | undefined;
}

async function readBounded(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const pieces: Uint8Array[] = [];
  let length = 0;
  while (length < ANSWER_BYTES) {
    const { value, done } = await reader.read();
    if (done) break;
    pieces.push(value);
    length += value.length;
  }
  await reader.cancel().catch(() => undefined);
  return Buffer.concat(pieces).subarray(0, ANSWER_BYTES).toString('utf8');
}

function asObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Seconds, or a date (RFC 9110). */
function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (header.trim() !== '' && Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * Posts once. Redirects are not followed, whoever answers with one.
 * @throws SampanError when there was no answer
 */
export async function post(
  environment: SenderEnvironment,
  request: { url: string; headers?: Record<string, string>; body: string },
  signal: AbortSignal,
): Promise<Answer> {
  const { host } = new URL(request.url);
  try {
    const response = await environment.fetch(request.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Sampan', ...request.headers },
      body: request.body,
      signal,
    });
    const text = await readBounded(response);
    if (response.status >= 300 && response.status < 400) throw channelError.redirected(host);
    return {
      status: response.status,
      text,
      json: asObject(text),
      retryAfterMs: retryAfter(response.headers.get('retry-after'), environment.now()),
    };
  } catch (error) {
    throw connectionError(error, host, signal, SEND_TIMEOUT_MS);
  }
}

/** What the other side says, fit to be shown: one line, bounded, and without anything that is secret. */
export function said(text: unknown, secrets: readonly (string | undefined)[]): string {
  let shown = String(text ?? '');
  for (const secret of secrets.flatMap(partsOf)) shown = shown.replaceAll(secret, '…');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to remove
  shown = shown.replaceAll(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ').trim();
  return shown.length > SAID_LENGTH ? `${shown.slice(0, SAID_LENGTH)}…` : shown || 'no reason given';
}

/** A secret, and what of an address is secret: its query and the long parts of its path. */
function partsOf(secret: string | undefined): string[] {
  if (secret === undefined) return [];
  if (!URL.canParse(secret)) return [secret];
  const url = new URL(secret);
  const parts = [...url.pathname.split('/'), ...url.searchParams.values()].filter((part) => part.length >= 8);
  return [secret, ...parts, ...parts.map(encodeURIComponent)].sort((a, b) => b.length - a.length);
}

/** For what has no code of its own in a vendor's table: the status alone. */
export function byStatus(answer: Answer, what: string): Error {
  if (answer.status === 429) return channelError.throttled(what, answer.retryAfterMs ?? 60_000);
  if (answer.status === 408 || answer.status >= 500) return channelError.unavailable(what, answer.retryAfterMs);
  if (answer.status === 401 || answer.status === 403) return channelError.loginFailed(what);
  if (answer.status === 404 || answer.status === 410) return channelError.gone(what);
  return channelError.messageRefused(what);
}
