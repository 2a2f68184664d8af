import { headerOf } from './answer.ts';
import { unquoted } from './requests.ts';
import type { AnswerHeaders } from './transport.ts';

/** What is known of an object. */
export interface ObjectHead {
  /** Of the whole object, bytes. */
  size: number;
  /** Without quotes. The MD5 in hex for what was put at once or by this client. */
  etag: string;
  contentType: string | undefined;
  cacheControl: string | undefined;
  contentDisposition: string | undefined;
  contentEncoding: string | undefined;
  storageClass: string | undefined;
  /** Milliseconds since 1970 UTC, by the second. */
  lastModified: number | undefined;
  metadata: Readonly<Record<string, string>>;
}

const META = 'x-qs-meta-';

/** `Content-Range: bytes 5-9/20` tells the whole size, else `Content-Length`. */
function sizeOf(headers: AnswerHeaders): number {
  const range = /\/(\d+)\s*$/.exec(headerOf(headers, 'content-range') ?? '');
  return Number(range?.[1] ?? headerOf(headers, 'content-length') ?? Number.NaN);
}

export function readObjectHead(headers: AnswerHeaders): ObjectHead {
  const modified = Date.parse(headerOf(headers, 'last-modified') ?? '');
  const own = Object.keys(headers).filter((name) => name.startsWith(META));
  return {
    size: sizeOf(headers),
    etag: unquoted(headerOf(headers, 'etag') ?? ''),
    contentType: headerOf(headers, 'content-type'),
    cacheControl: headerOf(headers, 'cache-control'),
    contentDisposition: headerOf(headers, 'content-disposition'),
    contentEncoding: headerOf(headers, 'content-encoding'),
    storageClass: headerOf(headers, 'x-qs-storage-class'),
    lastModified: Number.isNaN(modified) ? undefined : modified,
    metadata: Object.fromEntries(own.map((name) => [name.slice(META.length), headerOf(headers, name) ?? ''])),
  };
}

/** True for an ETag that is the MD5 of the content, as far as it can be told. */
export function isMd5(etag: string): boolean {
  return /^[0-9a-f]{32}$/i.test(etag);
}
