import { percentEncodePath } from '@sampan/accesskey';
import { checkBucketName, checkKey } from './names.ts';

/** The value of `x-qs-copy-source` and `x-qs-move-source`: always percent-encoded, as the vendor's page says. */
export function copySource(bucket: string, key: string): string {
  return `/${checkBucketName(bucket)}/${percentEncodePath(checkKey(key))}`;
}
