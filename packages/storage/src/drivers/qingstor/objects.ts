import {
  isQingStorError,
  type ListedObject,
  type QingStorBucket,
  type ObjectHead as QingStorHead,
} from '@sampan/qingstor-sdk';
import type { ObjectHead, ObjectStore, StorageCapability, StoredObject } from '../../contract.ts';
import { checkAnyKey, LONGEST_KEY_BYTES } from '../../keys.ts';
import { type ObjectSource, readSource } from '../../source.ts';
import { throughBody } from '../../wrappers/through-body.ts';
import { translated, translating } from './errors.ts';

const MD5 = /^[0-9a-f]{32}$/i;

function md5Of(etag: string): string | null {
  return MD5.test(etag) ? etag.toLowerCase() : null;
}

/** A file name for Content-Disposition, as RFC 6266 and RFC 5987 have it. */
function attachment(name: string): string {
  const ascii = name.replaceAll(/[^ -~]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** The body as the SDK takes it; errors of the source keep their meaning. */
function bodyOf(source: ObjectSource, signal: AbortSignal | undefined) {
  if (source.bytes) return source.bytes;
  const open = () => readSource(source, { signal });
  return source.repeatable && source.size !== null ? { size: source.size, open } : open();
}

/** The objects of one bucket below one prefix. */
export function qingstorObjects(
  bucket: QingStorBucket,
  prefix: string,
  capabilities: ReadonlySet<StorageCapability>,
): ObjectStore {
  const longest = LONGEST_KEY_BYTES - Buffer.byteLength(prefix);

  function full(key: string): string {
    checkAnyKey(key, longest);
    return prefix + key;
  }

  function listed(object: ListedObject): StoredObject {
    return {
      key: object.key.slice(prefix.length),
      size: object.size,
      modified: object.modified ?? null,
      md5: md5Of(object.etag),
      etag: object.etag || null,
    };
  }

  function head(key: string, found: QingStorHead): ObjectHead {
    const { size, etag, lastModified, contentType } = found;
    return {
      key,
      size,
      modified: lastModified ?? null,
      md5: md5Of(etag),
      etag: etag || null,
      contentType: contentType || null,
    };
  }

  async function* translatedBody(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      throw translated(error);
    }
  }

  return {
    capabilities,

    head: (key, { signal } = {}) =>
      translating(async () => {
        try {
          return head(key, await bucket.head(full(key), { signal }));
        } catch (error) {
          // A refusal of HEAD has no text: whether the key or its secret is wrong is only told to another request.
          if (isQingStorError(error, 'signature_not_matched') && error.remoteCode === undefined) {
            await bucket.list({ limit: 1, signal });
          }
          throw error;
        }
      }),

    get: (key, { range, withoutMd5, signal } = {}) =>
      translating(async () => {
        const found = await bucket.download(full(key), { range, verifyMd5: withoutMd5 !== true, signal });
        const { contentLength, body } = found;
        // Told to whoever reads it; until somebody does, a connection that breaks must not end the process.
        body.on('error', () => undefined);
        return {
          ...head(key, found),
          contentLength,
          body: throughBody(body, translatedBody(body), () => body.destroy()),
        };
      }),

    put: (key, source, { contentType, resume, signal, onProgress } = {}) =>
      translating(async () => {
        const { size, md5, etag } = await bucket.upload(full(key), bodyOf(source, signal), {
          contentType,
          signal,
          ...(source.size !== null && { size: source.size }),
          ...(resume && { resume: { uploadId: resume.token, onBegin: resume.onBegin } }),
          ...(onProgress && { onProgress: ({ sent }: { sent: number }) => onProgress(sent) }),
        });
        return { size, md5, etag: etag || null };
      }),

    list: (request = {}) =>
      translating(async () => {
        const { delimiter, cursor, limit, signal } = request;
        const page = await bucket.list({
          prefix: prefix + (request.prefix ?? ''),
          delimiter,
          marker: cursor,
          limit,
          signal,
        });
        return {
          // Markers of folders that consoles make; the prefix itself is none of our keys.
          objects: page.objects.filter((object) => object.key.length > prefix.length).map(listed),
          prefixes: page.commonPrefixes.map((each) => each.slice(prefix.length)),
          nextCursor: page.nextMarker,
        };
      }),

    delete: (key, { signal } = {}) => translating(() => bucket.deleteObject(full(key), { signal })),

    deleteMany: (keys, { signal } = {}) =>
      translating(async () => {
        const failures = await bucket.deleteObjects(keys.map(full), { signal });
        return failures.map(({ key, code, message }) => ({ key: key.slice(prefix.length), code, message }));
      }),

    copy: (from, to, { signal } = {}) =>
      translating(async () => void (await bucket.copy(full(to), full(from), { signal }))),

    presign: (key, request = {}) =>
      translating(async () =>
        bucket.presign(full(key), {
          method: request.method,
          expiresInSeconds: request.expiresInSeconds,
          ...(request.downloadName !== undefined && {
            responseHeaders: { 'content-disposition': attachment(request.downloadName) },
          }),
        }),
      ),

    ...(prefix === '' && {
      stats: ({ signal } = {}) =>
        translating(async () => {
          const { count, size } = await bucket.stats({ signal });
          return { objects: count, bytes: size };
        }),
    }),

    removeUnfinished: (olderThanMs, { signal } = {}) =>
      translating(async () => {
        let removed = 0;
        const before = Date.now() - olderThanMs;
        for await (const upload of bucket.multipart.all({ prefix, signal })) {
          if (upload.created === undefined || upload.created > before) continue;
          await bucket.multipart.abort(upload.key, upload.uploadId, signal);
          removed += 1;
        }
        return removed;
      }),
  };
}
