import { SampanError } from '@sampan/driver';
import { keyFromText, type RootKey } from './root-key.ts';

/**
 * A recovery key opens copies of the secret key that lie in the database, for the day on which the key itself is lost. It is an
 * identity of age (https://age-encryption.org/v1, X25519): the database keeps its public half, so that a new secret key is wrapped for
 * it without anybody fetching it from the safe, and what is wrapped can be opened with any program that knows age.
 */
const load = () => import('age-encryption');

export const RECOVERY_KEY_PATTERN = /^AGE-SECRET-KEY-1[A-Z0-9]{58}$/;

export interface NewRecoveryKey {
  /** `AGE-SECRET-KEY-1…`, 74 characters with a checksum in them: what people keep. */
  recoveryKey: string;
  /** `age1…`: what the database keeps. */
  recipient: string;
}

export async function makeRecoveryKey(): Promise<NewRecoveryKey> {
  const { generateX25519Identity, identityToRecipient } = await load();
  const recoveryKey = await generateX25519Identity();
  return { recoveryKey, recipient: await identityToRecipient(recoveryKey) };
}

/** As people type and paste it: with blanks, line ends or small letters. */
function asTyped(text: string): string {
  return text.replace(/\s+/g, '').toUpperCase();
}

/** @throws SampanError `bad_recovery_key` when it was mistyped */
export async function recipientOf(recoveryKey: string): Promise<string> {
  const { identityToRecipient } = await load();
  const typed = asTyped(recoveryKey);
  const problem = () =>
    new SampanError('bad_recovery_key', 'This is no recovery key: a letter is wrong, or some are missing.', {
      hint: 'It begins with AGE-SECRET-KEY-1 and has 74 characters. Compare it with what you kept.',
    });
  if (!RECOVERY_KEY_PATTERN.test(typed)) throw problem();
  try {
    return await identityToRecipient(typed);
  } catch {
    throw problem();
  }
}

/** The key as a file of age, in letters. */
export async function wrapKey(key: RootKey, recipient: string): Promise<string> {
  const { Encrypter, armor } = await load();
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(`${key.bytes.toString('hex')}\n`));
}

/** @throws SampanError `bad_recovery_key`, `wrong_recovery_key`; WrongSecretKey when what was wrapped is another key than `id` */
export async function unwrapKey(wrapped: string, recoveryKey: string, id: string): Promise<RootKey> {
  await recipientOf(recoveryKey);
  const { Decrypter, armor } = await load();
  const decrypter = new Decrypter();
  decrypter.addIdentity(asTyped(recoveryKey));
  let text: string;
  try {
    text = await decrypter.decrypt(armor.decode(wrapped), 'text');
  } catch (cause) {
    throw new SampanError('wrong_recovery_key', 'This recovery key belongs to another server, or was replaced.', {
      hint: 'Use the one that was made last on this server.',
      cause,
    });
  }
  return keyFromText(text, id);
}
