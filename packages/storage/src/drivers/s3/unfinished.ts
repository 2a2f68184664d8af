import { SampanError } from '@sampan/driver';
import type { Calls } from './calls.ts';
import type { Target } from './parts.ts';

/** How long removing what a failed upload left may take: the one who waits gave it up already. */
export const LIMIT_MS = 60_000;

export async function abortUpload(
  calls: Calls,
  target: Target,
  uploadId: string,
  signal: AbortSignal = AbortSignal.timeout(LIMIT_MS),
): Promise<void> {
  try {
    await calls.send({
      class: 'delete',
      key: target.key,
      signal,
      run: ({ client, sdk, options }) =>
        client.send(
          new sdk.AbortMultipartUploadCommand({ Bucket: target.bucket, Key: target.fullKey, UploadId: uploadId }),
          options,
        ),
    });
  } catch (error) {
    if (!(error instanceof SampanError && error.code === 'upload_not_found')) throw error;
  }
}

interface Unfinished {
  fullKey: string;
  uploadId: string;
  begunAt: number | null;
}

/** Unfinished uploads whose keys begin with a text. */
export async function* listUploads(
  calls: Calls,
  bucket: string,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Unfinished> {
  let keyMarker: string | undefined;
  let idMarker: string | undefined;
  do {
    const page = await calls.send({
      class: 'list',
      signal,
      run: ({ client, sdk, options }) =>
        client.send(
          new sdk.ListMultipartUploadsCommand({
            Bucket: bucket,
            Prefix: prefix,
            KeyMarker: keyMarker,
            UploadIdMarker: idMarker,
            EncodingType: 'url',
          }),
          options,
        ),
    });
    const decode = (text: string | undefined) =>
      page.EncodingType === 'url' ? decodeListed(text ?? '') : (text ?? '');
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      const fullKey = decode(Key);
      // Some servers look for names of exactly this length or ignore the prefix; what does not begin with it is not ours.
      if (UploadId === undefined || !fullKey.startsWith(prefix)) continue;
      yield { fullKey, uploadId: UploadId, begunAt: Initiated?.getTime() ?? null };
    }
    const isMore = page.IsTruncated === true;
    keyMarker = isMore && page.NextKeyMarker !== undefined ? decode(page.NextKeyMarker) : undefined;
    idMarker = isMore ? page.NextUploadIdMarker : undefined;
  } while (keyMarker !== undefined);
}

/** Text of a listing with `encoding-type=url`, in which a blank may be a plus. */
export function decodeListed(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
