import { createHash } from 'node:crypto';
import { copySource } from './copy-source.ts';
import { QingStorError } from './error.ts';
import { instantOf, numberOf, readJson, recordsOf, textOf } from './json.ts';
import { isMd5 } from './object-head.ts';
import { attributeHeaders, encryptionHeaders, type ObjectAttributes, quoted } from './object-headers.ts';
import { etagOf, type QingStorCall, type Requests, unquoted } from './requests.ts';

/** Names one multipart upload. */
export interface UploadName {
  bucket: string;
  key: string;
  uploadId: string;
}

export interface UploadedPart {
  /** 0 to 9,999. */
  partNumber: number;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
  /** Milliseconds since 1970 UTC; only told by lists. */
  created?: number | undefined;
}

type Cancel = Pick<QingStorCall, 'signal' | 'onRetry'>;

/** Begins an upload; answers its id. What is stored with the object is said here. */
export async function initiateUpload(
  requests: Requests,
  bucket: string,
  key: string,
  attributes: ObjectAttributes = {},
  { signal, onRetry }: Cancel = {},
): Promise<string> {
  const headers = attributeHeaders(attributes);
  const query = [['uploads', '']] as const;
  const answer = await requests.send({ method: 'POST', bucket, key, query, headers, expect: 200, signal, onRetry });
  const uploadId = textOf(readJson(answer), 'upload_id');
  if (uploadId !== '') return uploadId;
  throw new QingStorError('unexpected_answer', 'No upload id was answered', { bucket, key });
}

function partQuery(uploadId: string, partNumber: number) {
  return [
    ['part_number', String(partNumber)],
    ['upload_id', uploadId],
  ] as const;
}

/** Sends one part, checked by its MD5 on the other side; the same number again replaces it. */
export async function uploadPart(
  requests: Requests,
  { bucket, key, uploadId }: UploadName,
  part: { partNumber: number; bytes: Uint8Array; md5?: Buffer | undefined; encryptionKey?: Uint8Array | undefined },
  signal?: AbortSignal,
): Promise<UploadedPart> {
  const { partNumber, bytes, encryptionKey } = part;
  const md5 = part.md5 ?? createHash('md5').update(bytes).digest();
  const headers = { 'Content-MD5': md5.toString('base64'), ...encryptionHeaders(encryptionKey) };
  const query = partQuery(uploadId, partNumber);
  const answer = await requests.send({ method: 'PUT', bucket, key, query, headers, body: bytes, expect: 201, signal });
  const etag = etagOf(answer);
  if (!encryptionKey && isMd5(etag) && etag.toLowerCase() !== md5.toString('hex')) {
    throw new QingStorError('corrupted_upload', `Part ${partNumber} arrived changed`, { bucket, key, retryable: true });
  }
  return { partNumber, size: bytes.length, etag };
}

/** Makes a part of (a range of) an object that is already there; `range` is inclusive, bytes. */
export async function copyPart(
  requests: Requests,
  { bucket, key, uploadId }: UploadName,
  partNumber: number,
  source: { bucket: string; key: string; range?: readonly [first: number, last: number] | undefined },
  signal?: AbortSignal,
): Promise<UploadedPart> {
  const { range } = source;
  const headers = {
    'x-qs-copy-source': copySource(source.bucket, source.key),
    'x-qs-copy-range': range && `bytes=${range[0]}-${range[1]}`,
  };
  const query = partQuery(uploadId, partNumber);
  const answer = await requests.send({ method: 'PUT', bucket, key, query, headers, expect: 201, signal });
  return { partNumber, size: range ? range[1] - range[0] + 1 : Number.NaN, etag: etagOf(answer) };
}

/** All parts of an upload so far. */
export async function listParts(
  requests: Requests,
  { bucket, key, uploadId }: UploadName,
  signal?: AbortSignal,
): Promise<UploadedPart[]> {
  const all: UploadedPart[] = [];
  let marker = '';
  for (let page = 0; page < 1_000; page += 1) {
    const query = [
      ...(marker === '' ? [] : [['part_number_marker', marker] as const]),
      ['limit', '1000'] as const,
      ['upload_id', uploadId] as const,
    ];
    const answer = readJson(await requests.send({ method: 'GET', bucket, key, query, expect: 200, signal }));
    const parts = recordsOf(answer, 'object_parts').map((part) => ({
      partNumber: numberOf(part, 'part_number'),
      size: numberOf(part, 'size'),
      etag: unquoted(textOf(part, 'etag')),
      created: instantOf(part, 'created'),
    }));
    const fresh = parts.filter((part) => !all.some((known) => known.partNumber === part.partNumber));
    all.push(...fresh);
    const last = fresh.at(-1);
    if (!last || parts.length < 1000) return all;
    marker = String(last.partNumber);
  }
  return all;
}

/** Makes the object of its parts. `md5` becomes its ETag: the service takes the client's word for it. */
export async function completeUpload(
  requests: Requests,
  { bucket, key, uploadId }: UploadName,
  parts: readonly UploadedPart[],
  md5?: string,
  { signal, onRetry }: Cancel = {},
): Promise<string> {
  const object_parts = parts.map(({ partNumber, size, etag }) => ({
    part_number: partNumber,
    ...(Number.isNaN(size) ? {} : { size }),
    ...(etag === '' ? {} : { etag: `"${etag}"` }),
  }));
  const body = Buffer.from(JSON.stringify({ object_parts }));
  const headers = { 'Content-Type': 'application/json', ETag: quoted(md5) };
  const query = [['upload_id', uploadId]] as const;
  const answer = await requests.send({
    ...{ method: 'POST', bucket, key, query, headers, body, expect: [200, 201], signal, onRetry },
  });
  return etagOf(answer);
}

/** Removes an upload with its parts; one that is gone already is no error. */
export async function abortUpload(requests: Requests, name: UploadName, signal?: AbortSignal): Promise<void> {
  const { bucket, key, uploadId } = name;
  const query = [['upload_id', uploadId]] as const;
  try {
    await requests.send({ method: 'DELETE', bucket, key, query, expect: 204, signal });
  } catch (error) {
    if (!(error instanceof QingStorError && error.code === 'upload_not_found')) throw error;
  }
}
