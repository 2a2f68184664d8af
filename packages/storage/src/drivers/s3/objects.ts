import type { ObjectStore, StorageCapability } from '../../contract.ts';
import { checkAnyKey, LONGEST_KEY_BYTES } from '../../keys.ts';
import type { Calls } from './calls.ts';
import type { S3Credentials } from './credentials.ts';
import { deleteMany, deleteOne } from './delete.ts';
import { askAgain, download } from './download.ts';
import { headOf } from './heads.ts';
import { listObjectsPage } from './list.ts';
import type { S3Options } from './options.ts';
import type { Target } from './parts.ts';
import { presignLink } from './presign.ts';
import { putObject } from './put.ts';
import { abortUpload, listUploads } from './unfinished.ts';

/** The objects of one bucket below the prefix of the storage. */
export function s3Objects(
  calls: Calls,
  options: S3Options,
  bucket: string,
  capabilities: ReadonlySet<StorageCapability>,
  credentials: () => S3Credentials | null,
): ObjectStore {
  const { prefix } = options;
  const { host } = new URL(options.origin);
  const longest = LONGEST_KEY_BYTES - Buffer.byteLength(prefix);

  function targetOf(key: string): Target {
    checkAnyKey(key, longest);
    return { bucket, key, fullKey: prefix + key };
  }

  return {
    capabilities,

    async head(key, { signal } = {}) {
      const target = targetOf(key);
      try {
        const output = await calls.send({
          class: 'read',
          key,
          signal,
          run: ({ client, sdk, options: attempt }) =>
            client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: target.fullKey }), attempt),
        });
        return headOf(key, output);
      } catch (error) {
        return await askAgain(calls, target, error, signal);
      }
    },

    get: async (key, request = {}) => download(calls, targetOf(key), host, request),

    put: async (key, source, putOptions = {}) => putObject(calls, targetOf(key), source, options, putOptions),

    list: async (request = {}) => listObjectsPage(calls, bucket, prefix, request),

    delete: async (key, { signal } = {}) => deleteOne(calls, targetOf(key), signal),

    deleteMany: async (keys, { signal } = {}) => deleteMany(calls, keys.map(targetOf), signal),

    async copy(from, to, { signal } = {}) {
      const [source, target] = [targetOf(from), targetOf(to)];
      await calls.send({
        class: 'write',
        key: from,
        signal,
        run: ({ client, sdk, options: attempt }) =>
          client.send(
            new sdk.CopyObjectCommand({
              Bucket: bucket,
              Key: target.fullKey,
              CopySource: `${bucket}/${encodeURIComponent(source.fullKey)}`,
            }),
            attempt,
          ),
      });
    },

    presign: async (key, request = {}) => presignLink(options, credentials(), targetOf(key), request, calls.now()),

    async removeUnfinished(olderThanMs, { signal } = {}) {
      const before = calls.now() - olderThanMs;
      let removed = 0;
      for await (const { fullKey, uploadId, begunAt } of listUploads(calls, bucket, prefix, signal)) {
        if (begunAt === null || begunAt > before) continue;
        await abortUpload(calls, { bucket, key: fullKey.slice(prefix.length), fullKey }, uploadId, signal);
        removed += 1;
      }
      return removed;
    },
  };
}
