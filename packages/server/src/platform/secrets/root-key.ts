import { createHash, randomBytes } from 'node:crypto';
import { SettingsError } from '../../settings.ts';

const KEY_BYTES = 32;

/** The key all sealed fields are sealed with. `id` is the start of its SHA-256: it names the key without telling it. */
export interface RootKey {
  id: string;
  bytes: Buffer;
}

/** Thrown when the key at hand is not the one the data were sealed with. */
export class WrongSecretKey extends Error {
  override readonly name = 'WrongSecretKey';
}

export function randomKey(): RootKey {
  return keyOf(randomBytes(KEY_BYTES));
}

function keyOf(bytes: Buffer): RootKey {
  return { id: createHash('sha256').update('sampan root key\0').update(bytes).digest('hex').slice(0, 16), bytes };
}

/** One key, or several with blanks, commas or line ends between them. @throws SettingsError */
export function parseKeys(text: string, where: string): RootKey[] {
  const keys = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((word) => (/^[0-9a-f]{64}$/i.test(word) ? Buffer.from(word, 'hex') : Buffer.from(word, 'base64')));
  if (keys.length === 0 || keys.some((bytes) => bytes.length !== KEY_BYTES)) {
    throw new SettingsError(
      `${where} does not hold a secret key: 32 random bytes as 64 hex characters or as base64 are needed.\n` +
        'Make one with: openssl rand -hex 32',
    );
  }
  return keys.map(keyOf);
}

/** @throws WrongSecretKey when the text is no key, or another than `id` */
export function keyFromText(text: string, id: string): RootKey {
  const [key] = parseKeys(text, 'What was wrapped');
  if (key?.id !== id) throw new WrongSecretKey(`What was wrapped is not the secret key ${id}.`);
  return key;
}
