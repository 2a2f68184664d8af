import { createHash } from 'node:crypto';
import { QingStorServerError } from '../errors.ts';
import type { Exchange } from './exchange.ts';

export const LARGEST_BODY_BYTES = 5 * 1024 ** 3;
/** Of a body that is JSON or XML. */
const LARGEST_DOCUMENT_BYTES = 2 * 1024 * 1024;

/**
 * The bytes of a request as they come. Throws `incomplete_body` when nothing came for `idleMs`, or when the connection
 * ended before the body did. Does not close the connection, so that there is one to answer on.
 */
export async function* receive(exchange: Exchange, idleMs: number): AsyncGenerator<Buffer> {
  const { request } = exchange;
  exchange.continueBody();
  const iterator = request.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]();
  let tooLate: (error: Error) => void = () => undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    tooLate = reject;
  });
  silence.catch(() => undefined);
  const timer = setTimeout(() => {
    const seconds = Math.round(idleMs / 1000);
    tooLate(
      new QingStorServerError(
        'incomplete_body',
        `Nothing of the body came for ${seconds} seconds. Nothing was stored.`,
      ),
    );
  }, idleMs);
  // Whoever stops reading in the middle leaves it running: it must not keep the process alive.
  timer.unref();
  try {
    for (;;) {
      timer.refresh();
      const next = await Promise.race([iterator.next(), silence]);
      if (next.done) return;
      yield next.value;
    }
  } catch (error) {
    if (error instanceof QingStorServerError) throw error;
    throw new QingStorServerError('incomplete_body', undefined, { cause: error });
  } finally {
    clearTimeout(timer);
    // Not awaited: after silence it would wait for the next byte.
    void iterator.return?.();
  }
}

/** Bytes that the client says it will send, or null when it does not say. */
export function announcedLength(exchange: Exchange): number | null {
  const text = exchange.header('content-length');
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** A small body whole, its `Content-MD5` checked. */
export async function readDocument(exchange: Exchange, idleMs: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = announcedLength(exchange) ?? 0;
  if (size > LARGEST_DOCUMENT_BYTES) throw new QingStorServerError('entity_too_large', 'The body is too large.');
  size = 0;
  for await (const bytes of receive(exchange, idleMs)) {
    size += bytes.length;
    if (size > LARGEST_DOCUMENT_BYTES) throw new QingStorServerError('entity_too_large', 'The body is too large.');
    parts.push(bytes);
  }
  const body = Buffer.concat(parts);
  const md5 = exchange.header('content-md5');
  if (md5 !== undefined && createHash('md5').update(body).digest('base64') !== md5) {
    throw new QingStorServerError('bad_digest');
  }
  return body;
}

/** A JSON body. Throws `invalid_json`. */
export async function readJson(exchange: Exchange, idleMs: number): Promise<unknown> {
  const text = (await readDocument(exchange, idleMs)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new QingStorServerError('invalid_json', 'The body is not JSON.');
  }
}
