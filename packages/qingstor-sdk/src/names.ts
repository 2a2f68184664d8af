import { isIP } from 'node:net';
import { QingStorError } from './error.ts';

const BUCKET = /^[a-z0-9][a-z0-9-]{4,61}[a-z0-9]$/;
const LONGEST_KEY = 1023;

/** Throws `invalid_option` for a name that the vendor would refuse: 6 to 63 lower-case letters, digits, hyphens. */
export function checkBucketName(name: string): string {
  if (BUCKET.test(name) && isIP(name) === 0) return name;
  throw new QingStorError('invalid_option', `${JSON.stringify(name)} cannot be the name of a bucket`, {
    hint: 'A bucket name has 6 to 63 lower-case letters, digits and hyphens, and begins and ends with a letter or digit.',
  });
}

/** Throws `invalid_option` for a key that cannot travel: it has 1 to 1023 bytes of well-formed Unicode. */
export function checkKey(key: string): string {
  if (key !== '' && key.isWellFormed()) {
    if (key.length * 3 <= LONGEST_KEY || Buffer.byteLength(key) <= LONGEST_KEY) return key;
  }
  throw new QingStorError('invalid_option', 'This cannot be the key of an object', {
    hint: 'A key has 1 to 1023 bytes in UTF-8.',
  });
}
