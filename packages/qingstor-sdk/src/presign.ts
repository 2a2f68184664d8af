import { presignQingStor } from '@sampan/accesskey';
import { responseQuery } from './download.ts';
import { QingStorError } from './error.ts';
import { addressOf, encodeQuery, type RequestHeaders, type Requests } from './requests.ts';

export interface PresignOptions {
  /** `GET` when not said. */
  method?: 'GET' | 'HEAD' | 'PUT' | 'DELETE' | undefined;
  /** How long the URL works, seconds; an hour when not said. */
  expiresInSeconds?: number | undefined;
  /** Headers that the answer shall have instead of the stored ones, e.g. `content-disposition`. */
  responseHeaders?: Readonly<Record<string, string>> | undefined;
  /** Headers that count (`Content-Type`, `Content-MD5`, `x-qs-…`): who uses the URL must send the same. */
  headers?: RequestHeaders | undefined;
}

/** The keys; throws where there are none. */
export function keysOf(requests: Requests) {
  if (requests.credentials) return requests.credentials;
  throw new QingStorError('credentials_not_found', 'There are no keys to sign with', {
    hint: 'Give accessKeyId and secretAccessKey: anonymous access cannot sign.',
  });
}

/**
 * A URL that lets whoever has it do one thing with one object until it expires. It is a secret: do not log it.
 * A key with a segment `.` or `..` does not survive the clients that tidy paths up.
 */
export function presign(requests: Requests, bucket: string, key: string, options: PresignOptions = {}): string {
  const { method = 'GET', expiresInSeconds = 3_600, headers } = options;
  const query = encodeQuery(responseQuery(options.responseHeaders));
  const { origin, target, virtualHostBucket } = addressOf(requests.endpoint, requests.options, bucket, key, query);
  const expires = Math.floor(requests.now() / 1000) + expiresInSeconds;
  return origin + presignQingStor(keysOf(requests), { method, target, virtualHostBucket, headers, expires });
}
