import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type SecretKeySource, SettingsError } from '../../settings.ts';

const KEY_BYTES = 32;
const COMMAND_TIMEOUT_MS = 30_000;

/** The key all sealed fields are sealed with. `id` is the start of its SHA-256: it names the key without telling it. */
export interface RootKey {
  id: string;
  bytes: Buffer;
}

/** Thrown when the key at hand is not the one the data were sealed with. */
export class WrongSecretKey extends Error {
  override readonly name = 'WrongSecretKey';
}

function keyOf(bytes: Buffer): RootKey {
  return { id: createHash('sha256').update('sampan root key\0').update(bytes).digest('hex').slice(0, 16), bytes };
}

function parseKey(text: string, where: string): RootKey {
  const trimmed = text.trim();
  const bytes = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  if (bytes.length !== KEY_BYTES) {
    throw new SettingsError(
      `${where} does not hold a secret key: 32 random bytes as 64 hex characters or as base64 are needed.\n` +
        'Make one with: openssl rand -hex 32',
    );
  }
  return keyOf(bytes);
}

/** A copy of the data must not carry its own key. */
function demandOutside(file: string, dataFolder: string): void {
  const way = path.relative(dataFolder, file);
  // Absolute: on another drive of Windows.
  if (way.startsWith('..') || path.isAbsolute(way)) return;
  throw new SettingsError(
    `The secret key ${file} lies inside SAMPAN_DATA: a copy of the data would carry its own key.\n` +
      'Move it elsewhere (SAMPAN_SECRET_KEY_FILE), or choose another SAMPAN_DATA.',
  );
}

function readKeyFile(file: string, dataFolder: string): RootKey {
  demandOutside(file, dataFolder);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new SettingsError(`The secret key ${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new SettingsError(`The secret key ${file} can be read by others. Run: chmod 600 ${file}`);
  }
  return parseKey(text, file);
}

function makeKeyFile(folder: string, dataFolder: string): RootKey {
  demandOutside(path.join(folder, 'key'), dataFolder);
  const key = keyOf(randomBytes(KEY_BYTES));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const descriptor = openSync(path.join(folder, `${key.id}.key`), 'wx', 0o600);
  writeSync(descriptor, `${key.bytes.toString('hex')}\n`);
  fsyncSync(descriptor);
  closeSync(descriptor);
  return key;
}

/**
 * Finds the root key. Without a setting, the key made at the first start is found again by the id that the database
 * remembers, so that moving the data folder does not lose it.
 * @param knownId id of the key the data are sealed with; null when nothing is sealed yet.
 * @throws SettingsError, WrongSecretKey
 */
export async function findRootKey(
  source: SecretKeySource,
  knownId: string | null,
  dataFolder: string,
): Promise<RootKey> {
  const key = await readKey(source, knownId, dataFolder);
  if (knownId !== null && key.id !== knownId) {
    throw new WrongSecretKey(
      `The secret key is the wrong one: the data were sealed with key ${knownId}, the key given is ${key.id}.\n` +
        'Give the right key by SAMPAN_SECRET_KEY, SAMPAN_SECRET_KEY_FILE or SAMPAN_SECRET_KEY_COMMAND. Nothing was changed.',
    );
  }
  return key;
}

async function readKey(source: SecretKeySource, knownId: string | null, dataFolder: string): Promise<RootKey> {
  switch (source.from) {
    case 'value':
      return parseKey(source.value, 'SAMPAN_SECRET_KEY');
    case 'file':
      return readKeyFile(source.file, dataFolder);
    case 'command': {
      const { stdout } = await promisify(execFile)('/bin/sh', ['-c', source.command], { timeout: COMMAND_TIMEOUT_MS });
      return parseKey(stdout, 'The output of SAMPAN_SECRET_KEY_COMMAND');
    }
    case 'folder': {
      if (knownId === null) return makeKeyFile(source.folder, dataFolder);
      const file = path.join(source.folder, `${knownId}.key`);
      if (existsSync(file)) return readKeyFile(file, dataFolder);
      throw new WrongSecretKey(
        `The secret key ${knownId}, with which the data are sealed, is not at ${file}.\n` +
          'Put the file back, or give the key by SAMPAN_SECRET_KEY_FILE. Nothing was changed.',
      );
    }
  }
}
