import { createHash } from 'node:crypto';
import { SampanError } from '@sampan/driver';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../database/open.ts';
import { derivedId } from '../ids.ts';
import { canonicalJson } from '../json.ts';
import { placeIn, type SealedColumn, type Sealer } from '../secrets/sealer.ts';
import { InvalidRequest } from './problem.ts';

const KEEP_MS = 24 * 3_600_000;
/** A request that began longer ago and has no answer belongs to a server that died: it may run again. */
const ABANDONED_MS = 120_000;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Why its answer must not be kept: such a route answers each repetition by what is there then. */
    answerNotKeptBecause?: string;
  }

  interface FastifyRequest {
    /** Id to create things under, the same for each repetition; undefined without `Idempotency-Key`. */
    idempotentId: string | undefined;
    idempotencyRow: string | undefined;
  }
}

/**
 * The id under which a request creates something: the caller's own choice, or one that is the same for each repetition of
 * the request. Only in the second case may something exist under it already, made by the first attempt.
 */
export function creationId(request: FastifyRequest & { body: { id?: string } }): {
  id: string | undefined;
  repeated: boolean;
} {
  const chosen = request.body.id;
  return { id: chosen ?? request.idempotentId, repeated: chosen === undefined && request.idempotentId !== undefined };
}

export const SEALED_ANSWERS: SealedColumn = { table: 'idempotency_keys', column: 'sealed_body', id: 'id', field: null };

function place(row: string) {
  return placeIn(SEALED_ANSWERS, row);
}

/**
 * `Idempotency-Key` on POST: the first answer (below 500) is kept for 24 h per actor and route, and repeated; the same key
 * with another body is refused. Answers are sealed, since a new AccessKey's holds its secret.
 *
 * Between the change and the keeping of its answer a crash is possible: then the repetition runs the handler again with the
 * same `idempotentId`, and the handler answers with what already exists under it.
 */
export function addIdempotency(
  app: FastifyInstance,
  database: Database,
  sealer: Sealer,
  now: () => number = Date.now,
): void {
  app.decorateRequest('idempotentId', undefined);
  app.decorateRequest('idempotencyRow', undefined);

  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || key === undefined || !request.actor) return;
    if (request.routeOptions.config.answerNotKeptBecause !== undefined) return;
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
      const message = 'Idempotency-Key must have 1 to 255 visible ASCII characters';
      throw new InvalidRequest([{ field: 'Idempotency-Key', code: 'bad_format', message }]);
    }
    const row = derivedId('idempotency', request.actor.kind, request.actor.id ?? '', request.method, request.url, key);
    await begin(request, reply, row);
  });

  async function begin(request: FastifyRequest, reply: FastifyReply, row: string): Promise<void> {
    const bodyHash = createHash('sha256').update(canonicalJson(request.body)).digest('hex');
    const time = now();
    await database.query
      .deleteFrom('idempotency_keys')
      .where('created_at', '<', time - KEEP_MS)
      .execute();
    const inserted = await database.query
      .insertInto('idempotency_keys')
      .values({
        id: row,
        body_hash: bodyHash,
        state: 'running',
        status: null,
        sealed_body: null,
        created_at: time,
        taken_at: time,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst();
    let firstAt = time;
    if ((inserted.numInsertedOrUpdatedRows ?? 0n) === 0n) {
      const abandonedAt = await repeat(reply, row, bodyHash, time);
      if (abandonedAt === null) return;
      firstAt = abandonedAt;
    }
    // With the time and the body: the same key after 24 h, or for something else, is another wish.
    request.idempotentId = derivedId('resource', row, String(firstAt), bodyHash);
    request.idempotencyRow = row;
  }

  /** Answers from the first attempt: null. When that one was abandoned and this one shall run: the time it began. */
  async function repeat(reply: FastifyReply, row: string, bodyHash: string, time: number): Promise<number | null> {
    const first = await database.query
      .selectFrom('idempotency_keys')
      .selectAll()
      .where('id', '=', row)
      .executeTakeFirst();
    if (first && first.body_hash !== bodyHash) {
      throw new SampanError('idempotency_mismatch', 'This Idempotency-Key was used with another body.', {
        hint: 'Use a new key for a new request, and the same key only to repeat the same one.',
      });
    }
    if (first?.state === 'done' && first.sealed_body !== null && first.status !== null) {
      const body = sealer.open(first.sealed_body, place(row));
      await reply
        .code(first.status)
        .header('idempotency-replayed', 'true')
        .header('content-type', 'application/json; charset=utf-8')
        .serializer((payload: unknown) => String(payload))
        .send(body);
      return null;
    }
    const taken = await database.query
      .updateTable('idempotency_keys')
      .set({ taken_at: time })
      .where('id', '=', row)
      .where('state', '=', 'running')
      .where('taken_at', '<', time - ABANDONED_MS)
      .executeTakeFirst();
    if (first && taken.numUpdatedRows > 0n) return first.created_at;
    throw new SampanError('idempotency_in_progress', 'The first request with this Idempotency-Key is still running.', {
      hint: 'Wait a moment and repeat it.',
      retryable: true,
    });
  }

  app.addHook('onSend', async (request, reply, payload) => {
    const row = request.idempotencyRow;
    if (row === undefined) return payload;
    request.idempotencyRow = undefined;
    if (reply.statusCode >= 400 || typeof payload !== 'string') {
      await database.query.deleteFrom('idempotency_keys').where('id', '=', row).execute();
      return payload;
    }
    await database.query
      .updateTable('idempotency_keys')
      .set({ state: 'done', status: reply.statusCode, sealed_body: sealer.seal(payload, place(row)) })
      .where('id', '=', row)
      .execute();
    return payload;
  });
}
