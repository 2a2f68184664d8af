import { instantOf, readJson, recordsOf, textOf, textsOf } from './json.ts';
import type { Requests } from './requests.ts';
import type { WireAnswer } from './transport.ts';

export interface PendingUpload {
  key: string;
  uploadId: string;
  /** Milliseconds since 1970 UTC. */
  created: number | undefined;
}

export interface UploadPage {
  uploads: PendingUpload[];
  commonPrefixes: string[];
  /** Give both to get the next page; null at the end. */
  next: { keyMarker: string; uploadIdMarker: string } | null;
}

export interface ListUploadsOptions {
  prefix?: string | undefined;
  delimiter?: string | undefined;
  keyMarker?: string | undefined;
  uploadIdMarker?: string | undefined;
  /** 1 to 200: more is refused by the service. */
  limit?: number | undefined;
  signal?: AbortSignal | undefined;
}

export function readUploadPage(answer: WireAnswer): UploadPage {
  const body = readJson(answer);
  const [keyMarker, uploadIdMarker] = [textOf(body, 'next_key_marker'), textOf(body, 'next_upload_id_marker')];
  const more = body.has_more === true || (body.has_more === undefined && keyMarker !== '');
  return {
    uploads: recordsOf(body, 'uploads').map((upload) => ({
      key: textOf(upload, 'key'),
      uploadId: textOf(upload, 'upload_id'),
      created: instantOf(upload, 'created'),
    })),
    commonPrefixes: textsOf(body, 'common_prefixes'),
    next: more && keyMarker !== '' ? { keyMarker, uploadIdMarker } : null,
  };
}

/** One page of the uploads that were begun and neither completed nor aborted. */
export async function listUploads(
  requests: Requests,
  bucket: string,
  options: ListUploadsOptions = {},
): Promise<UploadPage> {
  const query = [
    ['uploads', ''] as const,
    ...Object.entries({
      prefix: options.prefix,
      delimiter: options.delimiter,
      key_marker: options.keyMarker,
      upload_id_marker: options.uploadIdMarker,
      limit: options.limit === undefined ? undefined : String(options.limit),
    }).flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
  ];
  return readUploadPage(await requests.send({ method: 'GET', bucket, query, expect: 200, signal: options.signal }));
}

/** All of them, page by page. */
export async function* listAllUploads(
  requests: Requests,
  bucket: string,
  options: ListUploadsOptions = {},
): AsyncGenerator<PendingUpload> {
  let marker: UploadPage['next'] = null;
  do {
    const page: UploadPage = await listUploads(requests, bucket, { ...options, ...marker });
    yield* page.uploads;
    const same: boolean | null =
      marker && page.next?.keyMarker === marker.keyMarker && page.next.uploadIdMarker === marker.uploadIdMarker;
    marker = same ? null : page.next;
  } while (marker);
}
