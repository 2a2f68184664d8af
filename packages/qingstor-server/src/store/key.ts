/** Keys are kept as bytes: their order is that of UTF-8, and every character, NUL included, is itself. */
export function keyBytes(key: string): Buffer {
  return Buffer.from(key, 'utf8');
}

export function keyText(bytes: unknown): string {
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('utf8') : String(bytes);
}

/** The first key after all those that begin with `prefix`; null when there can be none. */
export function afterPrefix(prefix: Buffer): Buffer | null {
  for (let last = prefix.length - 1; last >= 0; last -= 1) {
    const byte = prefix[last] ?? 0xff;
    if (byte < 0xff) return Buffer.concat([prefix.subarray(0, last), Buffer.from([byte + 1])]);
  }
  return null;
}
