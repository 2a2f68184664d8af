import { createHash } from 'node:crypto';
import { SampanError } from '@sampan/driver';
import {
  type ObjectHead,
  type ObjectSource,
  type ObjectStore,
  readSource,
  type StorageCapability,
  type StoredObject,
} from '@sampan/storage';
import { type Api, readProblem } from '../client/api.ts';
import type { OperationView, StorageView } from '../client/types.ts';
import { CommandError } from '../exit.ts';

/** Bodies up to here are signed with their hash; longer ones would have to be read twice. */
const SIGNED_BODY = 16 * 1024 * 1024;
const LOOK_EVERY_MS = 200;

interface ListedObject {
  key: string;
  size: number;
  modified: string | number | null;
  md5: string | null;
  etag: string | null;
  contentType?: string | null;
}

const timeOf = (value: string | number | null): number | null =>
  typeof value === 'string' ? Date.parse(value) : value;

function stored(object: ListedObject): StoredObject {
  const { key, size, md5, etag } = object;
  return { key, size, md5, etag, modified: timeOf(object.modified) };
}

/** A storage of the server as a store: every byte goes through the server, which holds the keys. */
export function serverStore(api: Api, storage: StorageView, bucket?: string): ObjectStore {
  const base = `/storages/${storage.id}/objects`;
  const kept: StorageCapability[] = ['md5', 'keys.any', 'listing.ordered'];
  const capabilities = new Set(kept.filter((each) => storage.capabilities.includes(each)));

  async function refuse(response: Response): Promise<never> {
    const problem = await readProblem(response);
    if (!problem)
      throw new SampanError('unexpected_answer', `The server answered ${response.status}, and not as Sampan does.`);
    throw new SampanError(problem.code, problem.detail, {
      ...(problem.hint !== undefined && { hint: problem.hint }),
      retryable: response.status >= 502 && response.status <= 504,
    });
  }

  /** What the connection to the server threw; the storage itself is told by an answer. */
  async function sent<T>(signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof SampanError) throw error;
      if (signal?.aborted) throw new SampanError('cancelled', 'It was cancelled.');
      if (error instanceof CommandError) {
        const code = (error.problem as { code?: string } | undefined)?.code ?? 'storage_unreachable';
        throw new SampanError(code, error.message, { ...(error.hint !== undefined && { hint: error.hint }) });
      }
      const why = error instanceof Error ? error.message : String(error);
      throw new SampanError('storage_unreachable', `The connection to the server broke: ${why}.`, { retryable: true });
    }
  }

  const query = (more: Record<string, string | number | undefined>) => ({ ...more, bucket });

  async function head(key: string, signal?: AbortSignal): Promise<ObjectHead> {
    const found = await sent(signal, () => api.get<ListedObject>(`${base}/head`, query({ key })));
    return { ...stored(found), key, contentType: found.contentType ?? null };
  }

  async function finished(operation: OperationView, signal: AbortSignal | undefined): Promise<OperationView> {
    let now = operation;
    while (now.state === 'queued' || now.state === 'running') {
      if (signal?.aborted) throw new SampanError('cancelled', 'It was cancelled.');
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      now = await api.get<OperationView>(`/operations/${operation.id}`);
    }
    return now;
  }

  async function bodyOf(source: ObjectSource, signal: AbortSignal | undefined, onBytes: (piece: Uint8Array) => void) {
    if (source.size !== null && source.size <= SIGNED_BODY) {
      const pieces: Uint8Array[] = [];
      for await (const piece of readSource(source, { signal })) pieces.push(piece);
      const bytes = Buffer.concat(pieces);
      onBytes(bytes);
      return { body: new Uint8Array(bytes), sha256: createHash('sha256').update(bytes).digest('hex') };
    }
    return { body: ReadableStream.from(readSource(source, { signal, onBytes })) };
  }

  return {
    capabilities,
    head: (key, { signal } = {}) => head(key, signal),

    get: (key, { range, signal } = {}) =>
      sent(signal, async () => {
        const headers: Record<string, string> = range ? { range: `bytes=${range.start}-${range.end ?? ''}` } : {};
        const response = await api.stream('GET', `${base}/content`, query({ key }), { headers, signal });
        if (!response.ok) return refuse(response);
        const contentLength = Number(response.headers.get('content-length') ?? 0);
        const total = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
        const etag = response.headers.get('etag')?.replaceAll(/^(?:W\/)?"|"$/g, '') || null;
        const modified = Date.parse(response.headers.get('last-modified') ?? '');
        async function* body() {
          let received = 0;
          try {
            for await (const piece of response.body ?? []) {
              received += piece.length;
              yield piece;
            }
          } catch (error) {
            if (signal?.aborted) throw new SampanError('cancelled', 'It was cancelled.');
            const why = error instanceof Error ? error.message : String(error);
            throw new SampanError('storage_unreachable', `The download broke off: ${why}.`, { retryable: true });
          }
          if (received !== contentLength) {
            throw new SampanError('storage_unreachable', 'The download ended too early.', { retryable: true });
          }
        }
        return {
          ...{ key, size: total === undefined ? contentLength : Number(total), contentLength, etag },
          md5: etag !== null && capabilities.has('md5') && /^[0-9a-f]{32}$/.test(etag) ? etag : null,
          modified: Number.isNaN(modified) ? null : modified,
          contentType: response.headers.get('content-type'),
          body: body(),
        };
      }),

    put: (key, source, { contentType = 'application/octet-stream', signal, onProgress } = {}) =>
      sent(signal, async () => {
        const hash = createHash('md5');
        let sentBytes = 0;
        const isSigned = source.size !== null && source.size <= SIGNED_BODY;
        const { body, sha256 } = await bodyOf(source, signal, (piece) => {
          hash.update(piece);
          sentBytes += piece.length;
          if (!isSigned) onProgress?.(sentBytes);
        });
        const response = await api.stream('PUT', `${base}/content`, query({ key }), {
          headers: {
            'content-type': contentType,
            ...(source.size !== null && { 'content-length': String(source.size) }),
          },
          ...{ body, signal, ...(sha256 !== undefined && { sha256 }) },
        });
        if (!response.ok) return refuse(response);
        const answer = (await response.json()) as ListedObject;
        const md5 = hash.digest('hex');
        if (answer.md5 !== null && answer.md5 !== md5) {
          throw new SampanError('corrupted_upload', `What arrived of ${JSON.stringify(key)} is not what was sent.`);
        }
        onProgress?.(sentBytes);
        return { size: sentBytes, md5, etag: answer.etag };
      }),

    list: (request = {}) =>
      sent(request.signal, async () => {
        const { prefix, delimiter, cursor, limit } = request;
        const page = await api.get<{ items: ListedObject[]; prefixes: string[]; nextCursor: string | null }>(
          base,
          query({ prefix, delimiter, cursor, limit: limit ?? 1000 }),
        );
        return { objects: page.items.map(stored), prefixes: page.prefixes, nextCursor: page.nextCursor };
      }),

    async delete(key, options = {}) {
      const [failure] = await this.deleteMany([key], options);
      if (failure) throw new SampanError(failure.code, failure.message);
    },

    deleteMany: (keys, { signal } = {}) =>
      sent(signal, async () => {
        const failures: { key: string; code: string; message: string }[] = [];
        for (let at = 0; at < keys.length; at += 1000) {
          const operation = await api.post<OperationView>(`${base}/delete`, {
            keys: keys.slice(at, at + 1000),
            bucket,
          });
          const ended = await finished(operation, signal);
          const told = ended.result?.failures;
          if (Array.isArray(told)) failures.push(...told);
          else if (ended.state !== 'succeeded') {
            throw new SampanError(
              ended.error?.code ?? 'failed',
              ended.error?.message ?? `The operation ${ended.state}.`,
              {
                ...(ended.error?.hint && { hint: ended.error.hint }),
              },
            );
          }
        }
        return failures;
      }),
  };
}
