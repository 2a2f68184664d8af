import type { ObjectHead } from '../../contract.ts';
import { foreignAnswer } from './errors.ts';

/** Metadata in which the MD5 of the whole is kept, base64: where rclone keeps and looks for it too. */
export const MD5_METADATA = 'md5chksum';

const MD5 = /^[0-9a-f]{32}$/i;

export function unquoted(etag: string | undefined): string | null {
  const bare = etag?.replace(/^(?:W\/)?"(.*)"$/, '$1') ?? '';
  return bare === '' ? null : bare;
}

/** What is answered to HEAD and GET of an object. */
interface Answered {
  ContentLength?: number | undefined;
  ContentRange?: string | undefined;
  LastModified?: Date | undefined;
  ETag?: string | undefined;
  ContentType?: string | undefined;
  Metadata?: Record<string, string> | undefined;
  ServerSideEncryption?: string | undefined;
  SSECustomerAlgorithm?: string | undefined;
}

/** The MD5 that an ETag is; null for those of chunks, and of what is encrypted with a key of its own. */
export function md5OfEtag(etag: string | undefined, answered: Answered = {}): string | null {
  const bare = unquoted(etag);
  const isEncrypted =
    answered.SSECustomerAlgorithm !== undefined || (answered.ServerSideEncryption ?? 'AES256') !== 'AES256';
  return bare !== null && MD5.test(bare) && !isEncrypted ? bare.toLowerCase() : null;
}

function md5OfMetadata(metadata: Record<string, string> | undefined): string | null {
  const kept = metadata?.[MD5_METADATA];
  const hex = kept === undefined ? '' : Buffer.from(kept, 'base64').toString('hex');
  return MD5.test(hex) ? hex : null;
}

/** @throws `unexpected_answer` for what no storage says of an object */
export function headOf(key: string, answered: Answered): ObjectHead {
  if (unquoted(answered.ETag) === null && answered.LastModified === undefined) {
    throw foreignAnswer('an object without ETag and time');
  }
  const whole = /\/(\d+)$/.exec(answered.ContentRange ?? '')?.[1];
  return {
    key,
    size: whole === undefined ? (answered.ContentLength ?? 0) : Number(whole),
    modified: answered.LastModified?.getTime() ?? null,
    md5: md5OfMetadata(answered.Metadata) ?? md5OfEtag(answered.ETag, answered),
    etag: unquoted(answered.ETag),
    contentType: answered.ContentType ?? null,
  };
}
