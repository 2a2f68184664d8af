import type { ObjectHead } from '@sampan/storage';

const CONTENT_TYPE =
  /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+(?:\s*;\s*[a-z0-9_-]+=(?:[a-z0-9!#$&^_.+:/-]+|"[^"\\\r\n]*"))*$/i;

/** A download under the name of the object, in both spellings that browsers know (RFC 6266, RFC 5987). */
export function attachment(key: string): string {
  const name = key.split('/').findLast((part) => part !== '') ?? 'object';
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** The ETag as HTTP has it, in quotes. */
export function quoted(etag: string): string {
  return `"${etag.replaceAll(/[^\x21\x23-\x7e]/g, '')}"`;
}

/**
 * Headers of an object's content. It comes from strangers and from our own address: it is saved, never shown or run, and
 * would be run without any rights.
 */
export function contentHeaders(head: ObjectHead): Record<string, string> {
  const { key, contentType, etag, modified } = head;
  return {
    'content-type': contentType !== null && CONTENT_TYPE.test(contentType) ? contentType : 'application/octet-stream',
    'content-disposition': attachment(key),
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-cache',
    'accept-ranges': 'bytes',
    ...(etag !== null && { etag: quoted(etag) }),
    ...(modified !== null && { 'last-modified': new Date(modified).toUTCString() }),
  };
}
