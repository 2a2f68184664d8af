import { argon2, createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { SampanError } from '@sampan/driver';

const MEMORY_KIB = 19_456;
const PASSES = 2;
const PARALLELISM = 1;
const TAG_BYTES = 32;
const SALT_BYTES = 16;
const MINIMUM_LENGTH = 10;
const MAXIMUM_LENGTH = 200;

const hashArgon2 = promisify(argon2);

/** ZStack's clients send this instead of the password; the stored hash is made over it, so that both can log in. */
export function sha512Hex(password: string): string {
  return createHash('sha512').update(password, 'utf8').digest('hex');
}

function derive(sha512: string, salt: Buffer, memory: number, passes: number, parallelism: number): Promise<Buffer> {
  return hashArgon2('argon2id', { message: sha512, nonce: salt, parallelism, tagLength: TAG_BYTES, memory, passes });
}

/** argon2id over the hex SHA-512 of the password, in the PHC text form (parameters as OWASP recommends). */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await derive(sha512Hex(password), salt, MEMORY_KIB, PASSES, PARALLELISM);
  const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${PARALLELISM}$${encode(salt)}$${encode(tag)}`;
}

/** Compares in constant time. With `hash` null (no such account) it takes as long and says no. */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(hash ?? '');
  if (!match) {
    await derive(sha512Hex(password), randomBytes(SALT_BYTES), MEMORY_KIB, PASSES, PARALLELISM);
    return false;
  }
  const [, memory, passes, parallelism, salt = '', tag = ''] = match;
  const expected = Buffer.from(tag, 'base64');
  const actual = await derive(
    sha512Hex(password),
    Buffer.from(salt, 'base64'),
    Number(memory),
    Number(passes),
    Number(parallelism),
  );
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** @throws SampanError `weak_password` */
export function checkNewPassword(password: string, username: string): void {
  const problem =
    password.length < MINIMUM_LENGTH
      ? `it has fewer than ${MINIMUM_LENGTH} characters`
      : password.length > MAXIMUM_LENGTH
        ? `it has more than ${MAXIMUM_LENGTH} characters`
        : password.toLowerCase().includes(username.toLowerCase())
          ? 'it contains the user name'
          : new Set(password).size < 5
            ? 'it has fewer than 5 different characters'
            : null;
  if (problem === null) return;
  throw new SampanError('weak_password', `This password is not accepted: ${problem}.`, {
    hint: `Choose at least ${MINIMUM_LENGTH} characters, such as four random words.`,
    parameters: { minimum: MINIMUM_LENGTH },
  });
}
