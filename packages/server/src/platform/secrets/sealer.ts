import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type RootKey, WrongSecretKey } from './root-key.ts';

const ALGORITHM = 'aes-256-gcm';
const VERSION = 1;
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES + NONCE_BYTES;

/** Where a sealed value lives. It is authenticated with the value: a value copied to another row does not open there. */
export interface SealedPlace {
  table: string;
  column: string;
  row: string;
}

function additionalData(place: SealedPlace): Buffer {
  return Buffer.from([place.table, place.column, place.row].join('\0'), 'utf8');
}

/** A column of sealed values. Where there is a `field` column, one row of `id` has several. */
export interface SealedColumn {
  table: string;
  column: string;
  id: string;
  field: string | null;
}

/** The place of one value of a column. */
export function placeIn({ table, column }: SealedColumn, id: string, field: string | null = null): SealedPlace {
  return { table, column: field ?? column, row: id };
}

/**
 * Seals secrets field by field. Format: version (1 byte), key id (8), nonce (12), ciphertext, tag (16).
 * One key seals; the key id in front tells with which one a value opens, so that two are in use while a rotation runs.
 */
export class Sealer {
  readonly #keys = new Map<string, RootKey>();
  #sealing: RootKey;

  constructor(key: RootKey) {
    this.#keys.set(key.id, key);
    this.#sealing = key;
  }

  /** Of the key that seals. */
  get keyId(): string {
    return this.#sealing.id;
  }

  /** Of all keys that open. */
  get keyIds(): string[] {
    return [...this.#keys.keys()];
  }

  /** From now on values of this key open too. */
  add(key: RootKey): void {
    this.#keys.set(key.id, key);
  }

  /** The key itself, for a change of keys and to wrap for whoever holds a recovery key; to be told to nobody. */
  key(id: string): RootKey | undefined {
    return this.#keys.get(id);
  }

  /** From now on this key seals, which was added before. */
  sealWith(id: string): void {
    const key = this.#keys.get(id);
    if (!key) throw new WrongSecretKey(`The secret key ${id} is not at hand.`);
    this.#sealing = key;
  }

  /** Forgets a key that nothing is sealed with any more. */
  drop(id: string): void {
    if (id !== this.#sealing.id) this.#keys.delete(id);
  }

  seal(plain: string, place: SealedPlace): Uint8Array {
    const key = this.#sealing;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key.bytes, nonce).setAAD(additionalData(place));
    const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from([VERSION]), Buffer.from(key.id, 'hex'), nonce, text, cipher.getAuthTag()]);
  }

  /** @throws WrongSecretKey when it was sealed with another key, for another place, or was changed. */
  open(sealed: Uint8Array, place: SealedPlace): string {
    const bytes = Buffer.from(sealed);
    const keyId = bytes.subarray(1, 1 + KEY_ID_BYTES).toString('hex');
    const shown = `${place.table}.${place.column}`;
    if (bytes.length < HEADER_BYTES + TAG_BYTES || bytes[0] !== VERSION)
      throw new WrongSecretKey(`The sealed value in ${shown} is damaged.`);
    const key = this.#keys.get(keyId);
    if (!key) {
      const ours = this.keyIds.join(', ');
      throw new WrongSecretKey(`The sealed value in ${shown} belongs to key ${keyId}, not ${ours}.`);
    }
    const decipher = createDecipheriv(ALGORITHM, key.bytes, bytes.subarray(1 + KEY_ID_BYTES, HEADER_BYTES))
      .setAAD(additionalData(place))
      .setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
    try {
      const plain = decipher.update(bytes.subarray(HEADER_BYTES, bytes.length - TAG_BYTES));
      return Buffer.concat([plain, decipher.final()]).toString('utf8');
    } catch {
      throw new WrongSecretKey(`The sealed value in ${shown} was changed or belongs to another row.`);
    }
  }
}
