import { createHash } from 'node:crypto';
import { SampanError, toSampanError } from '@sampan/driver';
import type { DeleteFailure } from '../../contract.ts';
import { cancelled } from '../../source.ts';
import type { Calls } from './calls.ts';
import { s3Error } from './errors.ts';
import type { Target } from './parts.ts';

/** Source: the vendor's page on DeleteObjects. */
const MOST_AT_ONCE = 1000;
/** Deletes of single objects at the same time. */
const SINGLE_AT_ONCE = 8;
/** What XML 1.0 cannot hold, or what its readers change: a carriage return becomes a line feed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const NOT_XML = /[\u0000-\u0008\u000b\u000c\r\u000e-\u001f\ufffe\uffff]/;

export async function deleteOne(calls: Calls, { bucket, key, fullKey }: Target, signal?: AbortSignal): Promise<void> {
  try {
    await calls.send({
      class: 'delete',
      key,
      signal,
      run: ({ client, sdk, options }) =>
        client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: fullKey }), options),
    });
  } catch (error) {
    // Amazon answers 204 for what is not there, some compatible servers 404.
    if (!(error instanceof SampanError && error.code === 'object_not_found')) throw error;
  }
}

async function deleteBatch(calls: Calls, targets: readonly Target[], signal?: AbortSignal): Promise<DeleteFailure[]> {
  const [first] = targets;
  if (!first) return [];
  const byFullKey = new Map(targets.map((target) => [target.fullKey, target.key]));
  const { Errors = [] } = await calls.send({
    class: 'delete',
    signal,
    run: ({ client, sdk, options }) => {
      const command = new sdk.DeleteObjectsCommand({
        Bucket: first.bucket,
        Delete: { Objects: targets.map(({ fullKey }) => ({ Key: fullKey })), Quiet: true },
      });
      // Required of this request; servers older than other checksums know this one only.
      command.middlewareStack.add(
        (next) => async (call) => {
          const request = call.request as { body?: unknown; headers: Record<string, string> };
          if (typeof request.body === 'string') {
            request.headers['content-md5'] = createHash('md5').update(request.body).digest('base64');
          }
          return next(call);
        },
        { step: 'build', name: 'contentMd5' },
      );
      return client.send(command, options);
    },
  });
  return Errors.flatMap(({ Key = '', Code, Message }) => {
    if (Code === 'NoSuchKey') return [];
    const key = byFullKey.get(Key) ?? Key;
    const { code, message } = s3Error(
      { status: 400, remoteCode: Code, requestId: undefined, retryAfterMs: undefined },
      key,
    );
    return { key, code, message: Message === undefined ? message : `${message} ${Message}` };
  });
}

async function deleteSingly(calls: Calls, targets: readonly Target[], signal?: AbortSignal): Promise<DeleteFailure[]> {
  const failures: DeleteFailure[] = [];
  for (let at = 0; at < targets.length; at += SINGLE_AT_ONCE) {
    if (signal?.aborted) throw cancelled();
    const batch = targets.slice(at, at + SINGLE_AT_ONCE);
    const results = await Promise.allSettled(batch.map((target) => deleteOne(calls, target, signal)));
    results.forEach((result, index) => {
      if (result.status === 'fulfilled') return;
      const { code, message } = toSampanError(result.reason);
      failures.push({ key: batch[index]?.key ?? '', code, message });
    });
  }
  return failures;
}

/** Deletes a thousand with one request; one by one what XML cannot name. */
export async function deleteMany(
  calls: Calls,
  targets: readonly Target[],
  signal: AbortSignal | undefined,
): Promise<DeleteFailure[]> {
  if (signal?.aborted) throw cancelled();
  const single = targets.filter(({ fullKey }) => NOT_XML.test(fullKey));
  const together = targets.filter(({ fullKey }) => !NOT_XML.test(fullKey));
  const failures = await deleteSingly(calls, single, signal);
  for (let at = 0; at < together.length; at += MOST_AT_ONCE) {
    failures.push(...(await deleteBatch(calls, together.slice(at, at + MOST_AT_ONCE), signal)));
  }
  return failures;
}
