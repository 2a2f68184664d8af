import type { RawAnswer } from './answer.ts';
import { QingzhouError } from './error.ts';

/** Far more than a page of 100 items needs. */
const LARGEST_ANSWER_BYTES = 16 * 1024 * 1024;

export interface WireRequest {
  /** For messages; the address itself, which is signed, is never part of one. */
  action: string;
  url: string;
  method: 'GET' | 'POST';
  /** Form body of a POST. */
  form?: string;
  timeoutMs: number;
  signal: AbortSignal;
}

function systemCodeOf(error: unknown): string | undefined {
  for (let each: unknown = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth += 1) {
    if ('code' in each && typeof each.code === 'string' && /^[A-Z_0-9]{3,60}$/.test(each.code)) return each.code;
  }
  return undefined;
}

async function readBody(response: Response, action: string): Promise<string> {
  const declared = Number(response.headers.get('content-length') ?? 0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > LARGEST_ANSWER_BYTES || declared > LARGEST_ANSWER_BYTES) {
      throw new QingzhouError('unexpected_answer', `The answer to ${action} is larger than 16 MiB.`, { action });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Sends one request once and reads its whole answer. Never follows a redirect: the address is signed. Errors say only
 * what the system called the failure, since those of `fetch` may quote the address.
 */
export async function sendOnce(fetch: typeof globalThis.fetch, request: WireRequest): Promise<RawAnswer> {
  const { action, signal } = request;
  const timeout = AbortSignal.timeout(request.timeoutMs);
  try {
    signal.throwIfAborted();
    const response = await fetch(request.url, {
      method: request.method,
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
      headers: {
        accept: 'application/json',
        ...(request.form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(request.form !== undefined && { body: request.form }),
    });
    return { status: response.status, headers: response.headers, text: await readBody(response, action) };
  } catch (error) {
    if (error instanceof QingzhouError) throw error;
    if (signal.aborted) throw new QingzhouError('cancelled', `${action} was cancelled.`, { action });
    if (timeout.aborted) {
      const seconds = request.timeoutMs / 1000;
      throw new QingzhouError('cloud_timeout', `${action} was not answered within ${seconds} s.`, { action });
    }
    const systemCode = systemCodeOf(error);
    throw new QingzhouError(
      'cloud_unreachable',
      `The connection for ${action} could not be made or broke${systemCode ? ` (${systemCode})` : ''}.`,
      { action, systemCode },
    );
  }
}
