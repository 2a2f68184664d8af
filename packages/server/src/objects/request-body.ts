import { createHash } from 'node:crypto';
import { SampanError } from '@sampan/driver';
import type { ObjectSource } from '@sampan/storage';
import type { FastifyRequest } from 'fastify';
import { wrongBody } from '../authentication/authenticate.ts';

/** A sender that stops for so long is given up: nobody knows whether it is still there. */
const SILENCE_MS = 120_000;

/** The body of a request as a source that can be read once. */
export interface RequestBody extends ObjectSource {
  /** What was wrong with it; null when nothing was. Drivers pass it on in their own words. */
  failure: () => SampanError | null;
}

function silent(): SampanError {
  return new SampanError('upload_timeout', `The sender was silent for ${SILENCE_MS / 1000} s.`, {
    hint: 'Nothing was stored. Send it again.',
    retryable: true,
  });
}

/** The next piece, or an error after too long a silence. */
async function withinTime<T>(next: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(silent()), SILENCE_MS);
    timer.unref();
  });
  try {
    return await Promise.race([next, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Bytes that will come, as the headers say; null when only their end tells. */
function announcedSize({ headers }: FastifyRequest): number | null {
  if (headers['transfer-encoding'] !== undefined) return null;
  return Number(headers['content-length'] ?? 0);
}

/**
 * The body as it comes, no faster than it is taken. When its signature covers its bytes, the end fails unless they are the
 * ones that were signed; a store then keeps nothing.
 */
export function requestBody(request: FastifyRequest): RequestBody {
  const { promisedContentSha256: promised, raw } = request;
  let failure: SampanError | null = null;

  async function* pieces(): AsyncGenerator<Uint8Array> {
    const hash = promised === null ? null : createHash('sha256');
    // Given up, it stays open: the answer goes over the same connection.
    const iterator = raw.iterator({ destroyOnReturn: false });
    try {
      for (;;) {
        const next = await withinTime(iterator.next());
        if (next.done) break;
        const piece = next.value as Uint8Array;
        hash?.update(piece);
        yield piece;
      }
      if (hash && hash.digest('hex') !== promised) throw wrongBody();
    } catch (error) {
      if (error instanceof SampanError) failure = error;
      throw error;
    } finally {
      void iterator.return?.().catch(() => undefined);
    }
  }

  return { size: announcedSize(request), repeatable: false, open: pieces, failure: () => failure };
}
