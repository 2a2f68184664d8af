import { headerOf } from './answer.ts';
import { QingStorError } from './error.ts';
import { readUploadPage } from './list-uploads.ts';
import { abortUpload, listParts } from './multipart.ts';
import type { Requests } from './requests.ts';

/** When uploads may have been begun whose id never arrived here; `until` null: none. Our clock, milliseconds. */
export interface Orphans {
  since: number;
  until: number | null;
}

/** What clocks of one service may differ among themselves, and whole seconds cut off. */
const SLACK_MS = 2_000;
const LIMIT_MS = 30_000;

/**
 * Aborts uploads that were begun by a request whose answer was lost: of this very key, begun in the time in question (by
 * the service's clock), and without a part. An upload of someone else has parts by now, or begins anew.
 */
export async function abortOrphans(
  requests: Requests,
  bucket: string,
  key: string,
  ownUploadId: string | undefined,
  orphans: Orphans,
): Promise<void> {
  if (orphans.until === null) return;
  const until = orphans.until;
  const signal = AbortSignal.timeout(LIMIT_MS);
  try {
    const query = [
      ['uploads', ''],
      ['prefix', key],
      ['limit', '200'],
    ] as const;
    const answer = await requests.send({ method: 'GET', bucket, query, expect: 200, signal });
    const theirClock = Date.parse(headerOf(answer.headers, 'date') ?? '');
    const ahead = Number.isNaN(theirClock) ? 0 : theirClock - requests.now();
    for (const upload of readUploadPage(answer).uploads) {
      if (upload.key !== key || upload.uploadId === ownUploadId || upload.created === undefined) continue;
      const begun = upload.created - ahead;
      if (begun < orphans.since - SLACK_MS || begun > until + SLACK_MS) continue;
      const name = { bucket, key, uploadId: upload.uploadId };
      if ((await listParts(requests, name, signal)).length === 0) await abortUpload(requests, name, signal);
    }
  } catch (error) {
    // The upload's own outcome is told; what is left here takes no space.
    if (!(error instanceof QingStorError)) throw error;
  }
}
