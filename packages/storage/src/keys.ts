import { SampanError } from '@sampan/driver';

export const LONGEST_KEY_BYTES = 1023;
const LONGEST_PART_BYTES = 255;

function invalidKey(key: string, why: string): SampanError {
  const shown = key.length > 80 ? `${key.slice(0, 80)}…` : key;
  return new SampanError('invalid_key', `The name ${JSON.stringify(shown)} cannot be stored here: ${why}.`, {
    hint: 'Choose another name.',
    parameters: { key: shown, why },
  });
}

/** Keys of object storages: 1 to 1,023 bytes of UTF-8. @throws `invalid_key` */
export function checkAnyKey(key: string, longest = LONGEST_KEY_BYTES): void {
  if (key === '') throw invalidKey(key, 'it is empty');
  if (!key.isWellFormed()) throw invalidKey(key, 'it is no valid Unicode text');
  if (Buffer.byteLength(key) > longest) throw invalidKey(key, `it has more than ${longest} bytes of UTF-8`);
}

/** Keys of storages that are file systems: relative paths that stay below their root. @throws `invalid_key` */
export function checkPathKey(key: string): void {
  checkAnyKey(key);
  if (key.includes('\0')) throw invalidKey(key, 'it has a NUL character');
  for (const part of key.split('/')) {
    if (part === '') throw invalidKey(key, 'a part between slashes is empty');
    if (part === '.' || part === '..') throw invalidKey(key, `a part of it is ${part}`);
    if (Buffer.byteLength(part) > LONGEST_PART_BYTES) {
      throw invalidKey(key, `a part of it has more than ${LONGEST_PART_BYTES} bytes of UTF-8`);
    }
  }
}

/** The prefix of a storage as it is put before keys: nothing, or a text that ends with `/` and begins without one. */
export function normalPrefix(prefix: string | undefined): string {
  const trimmed = (prefix ?? '').replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? '' : `${trimmed}/`;
}

/** Whether a and b are in the order of their UTF-8 bytes: negative, zero or positive. JavaScript compares UTF-16. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x === y) continue;
    // Surrogates (of code points beyond the basic plane) come after everything else in UTF-8.
    const isHighX = x >= 0xd800 && x <= 0xdfff;
    const isHighY = y >= 0xd800 && y <= 0xdfff;
    return isHighX === isHighY ? x - y : isHighX ? 1 : -1;
  }
  return a.length - b.length;
}
