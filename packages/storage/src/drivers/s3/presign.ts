import { percentEncode, percentEncodePath, presignS3V4 } from '@sampan/accesskey';
import { SampanError } from '@sampan/driver';
import { attachment } from '../../attachment.ts';
import type { PresignRequest } from '../../contract.ts';
import type { S3Credentials } from './credentials.ts';
import type { S3Options } from './options.ts';
import type { Target } from './parts.ts';

const AN_HOUR = 3600;

/** A link that works without keys. Names with dots stay in the path: no certificate is of two labels below a wildcard. */
export function presignLink(
  options: S3Options,
  credentials: S3Credentials | null,
  { bucket, fullKey }: Target,
  { method = 'GET', expiresInSeconds = AN_HOUR, downloadName }: PresignRequest,
  now: number,
): string {
  if (credentials === null) {
    throw new SampanError('not_supported', 'Anonymous access cannot make links.', {
      hint: 'Give the storage an Access Key.',
    });
  }
  const origin = new URL(options.origin);
  const inPath = options.pathStyle || bucket.includes('.');
  const host = inPath ? origin.host : `${bucket}.${origin.host}`;
  const path = inPath
    ? `/${percentEncodePath(bucket)}/${percentEncodePath(fullKey)}`
    : `/${percentEncodePath(fullKey)}`;
  const query =
    downloadName === undefined ? '' : `?response-content-disposition=${percentEncode(attachment(downloadName))}`;
  const request = { method, target: path + query, headers: { host }, region: options.region };
  const target = presignS3V4(credentials, { ...request, expiresSeconds: expiresInSeconds }, now);
  return `${origin.protocol}//${host}${target}`;
}
