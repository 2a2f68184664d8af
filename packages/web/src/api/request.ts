import { createLineSplitter } from './line-splitter.ts';
import { ApiError, serverUnreachable } from './problem.ts';
import { type QueryValue, queryString } from './query-string.ts';

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Readonly<Record<string, QueryValue>>;
  body?: unknown;
  /** The revision that the change was made from; another one on the server answers `revision_mismatch`. */
  ifMatch?: number;
  /** Names one wish, so that a request that is sent twice is done once. */
  idempotencyKey?: string;
  signal?: AbortSignal | undefined;
}

/** Where the API begins, on the console's own address. */
export const BASE = '/api/v1';
const sessionEndListeners = new Set<() => void>();

/** Calls the listener when the server says that nobody is signed in any more. */
export function onSessionEnd(listener: () => void): () => void {
  sessionEndListeners.add(listener);
  return () => sessionEndListeners.delete(listener);
}

/** Sends a request; throws `ApiError` and nothing else, except for an abort by the caller. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(path, options);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** Sends a request whose answer is one JSON value per line, and hands over each line as it arrives. */
export async function requestLines<T>(
  path: string,
  options: RequestOptions,
  onLine: (value: T) => void,
): Promise<void> {
  const response = await send(path, options);
  if (!response.body) return;
  const splitter = createLineSplitter();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      for (const line of done ? splitter.end() : splitter.push(value)) onLine(JSON.parse(line) as T);
      if (done) return;
    }
  } catch (thrown) {
    if (options.signal?.aborted) throw thrown;
    throw serverUnreachable();
  }
}

/** A new name for one wish. */
export function newId(): string {
  return crypto
    .getRandomValues(new Uint8Array(16))
    .reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), '');
}

async function send(path: string, options: RequestOptions): Promise<Response> {
  const response = await fetchOrExplain(BASE + path + queryString(options.query ?? {}), {
    method: options.method ?? 'GET',
    headers: headersOf(options),
    credentials: 'same-origin',
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    ...(options.signal && { signal: options.signal }),
  });
  if (response.ok) return response;
  const error = new ApiError(response.status, await bodyOf(response));
  if (error.code === 'not_signed_in') for (const listener of sessionEndListeners) listener();
  throw error;
}

async function fetchOrExplain(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (thrown) {
    if (init.signal?.aborted) throw thrown;
    throw serverUnreachable();
  }
}

function headersOf(options: RequestOptions): Record<string, string> {
  return {
    accept: 'application/json',
    ...(options.body !== undefined && { 'content-type': 'application/json' }),
    ...(options.ifMatch !== undefined && { 'if-match': `"${options.ifMatch}"` }),
    ...(options.idempotencyKey !== undefined && { 'idempotency-key': options.idempotencyKey }),
  };
}

async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
