import { createHash } from 'node:crypto';
import { QingStorServerError } from '../errors.ts';
import type { Exchange } from './exchange.ts';

export const LARGEST_BODY_BYTES = 5 * 1024 ** 3;
/** Of a body that is JSON or XML. */
const LARGEST_DOCUMENT_BYTES = 2 * 1024 * 1024;
/** What came and was not taken yet; more is left in the connection. */
const MOST_WAITING_BYTES = 512 * 1024;

/**
 * The bytes of a request as they come, where the iterator of a stream would put them together into new memory. Throws
 * `incomplete_body` when nothing came for `idleMs`, or when the connection ended before the body did. Does not close the
 * connection, so that there is one to answer on.
 */
export async function* receive(exchange: Exchange, idleMs: number): AsyncGenerator<Buffer> {
  const { request } = exchange;
  let pieces: Buffer[] = [];
  let waiting = 0;
  let isEnded = request.readableEnded;
  let failure: QingStorServerError | null = null;
  let isWanted = false;
  let wake = (): void => undefined;
  const fail = (error: QingStorServerError): void => {
    failure ??= error;
    wake();
  };
  const broken = (cause?: unknown): void => fail(new QingStorServerError('incomplete_body', undefined, { cause }));
  const end = (): void => {
    isEnded = true;
    wake();
  };
  const take = (piece: Buffer): void => {
    pieces.push(piece);
    waiting += piece.length;
    if (waiting >= MOST_WAITING_BYTES) request.pause();
    wake();
  };
  const timer = setTimeout(() => {
    // While it is us who are slow, nobody is idle.
    if (!isWanted) return;
    const seconds = Math.round(idleMs / 1000);
    fail(
      new QingStorServerError(
        'incomplete_body',
        `Nothing of the body came for ${seconds} seconds. Nothing was stored.`,
      ),
    );
  }, idleMs);
  // Whoever stops reading in the middle leaves it running: it must not keep the process alive.
  timer.unref();
  if (request.destroyed && !isEnded) broken();
  request.on('data', take).once('end', end).once('error', broken).once('close', broken);
  exchange.continueBody();
  try {
    for (;;) {
      if (pieces.length > 0) {
        const come = pieces;
        pieces = [];
        waiting = 0;
        if (request.isPaused()) request.resume();
        yield* come;
      } else if (isEnded) return;
      else if (failure) throw failure;
      else {
        timer.refresh();
        isWanted = true;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        isWanted = false;
      }
    }
  } finally {
    clearTimeout(timer);
    request.off('data', take).off('end', end).off('close', broken);
    request.pause();
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
