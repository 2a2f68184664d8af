import { execFile } from 'node:child_process';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type SecretKeySource, SettingsError } from '../../settings.ts';
import { parseKeys, type RootKey, randomKey, WrongSecretKey } from './root-key.ts';

const COMMAND_TIMEOUT_MS = 30_000;

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

function readKeyFile(file: string, dataFolder: string): RootKey[] {
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
  return parseKeys(text, file);
}

/** @throws SettingsError */
function keepKeyFile(file: string, key: RootKey, dataFolder: string): void {
  demandOutside(file, dataFolder);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, `${key.bytes.toString('hex')}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The folder's files are named by the ids of their keys. */
function fileIn(folder: string, id: string): string {
  return path.join(folder, `${id}.key`);
}

/** From which setting the key comes, and so who can put another one there. */
export class KeySource {
  readonly from: SecretKeySource['from'];
  readonly #source: SecretKeySource;
  readonly #dataFolder: string;

  constructor(source: SecretKeySource, dataFolder: string) {
    this.from = source.from;
    this.#source = source;
    this.#dataFolder = dataFolder;
  }

  /** Where it is kept, for people; null when only they know. */
  get place(): string | null {
    if (this.#source.from === 'folder') return this.#source.folder;
    return this.#source.from === 'file' ? this.#source.file : null;
  }

  /** The keys that a setting gives, read anew. None of a folder, where each is found by its id. @throws SettingsError */
  async given(): Promise<RootKey[]> {
    const source = this.#source;
    switch (source.from) {
      case 'value':
        return parseKeys(source.value, 'SAMPAN_SECRET_KEY');
      case 'file':
        return readKeyFile(source.file, this.#dataFolder);
      case 'command': {
        const { stdout } = await promisify(execFile)('/bin/sh', ['-c', source.command], {
          timeout: COMMAND_TIMEOUT_MS,
        });
        return parseKeys(stdout, 'The output of SAMPAN_SECRET_KEY_COMMAND');
      }
      case 'folder':
        return [];
    }
  }

  /** @throws SettingsError when what is there is no key */
  async find(id: string): Promise<RootKey | undefined> {
    if (this.#source.from !== 'folder') return (await this.given()).find((key) => key.id === id);
    const file = fileIn(this.#source.folder, id);
    return existsSync(file) ? readKeyFile(file, this.#dataFolder).find((key) => key.id === id) : undefined;
  }

  /** The first key of a database that has none yet. Made here when no setting gives one. */
  async first(): Promise<RootKey> {
    if (this.#source.from === 'folder') return this.make();
    const [key] = await this.given();
    if (!key) throw new Error('no key was parsed');
    return key;
  }

  /** A new random key, kept in the folder before anything is sealed with it. Only for a folder. */
  make(): RootKey {
    const key = randomKey();
    this.keep(key);
    return key;
  }

  /** Puts a key where it will be found at the next start. @throws SettingsError when the setting is not a place of files */
  keep(key: RootKey): string {
    const source = this.#source;
    if (source.from !== 'folder' && source.from !== 'file') {
      throw new SettingsError(
        'A recovered secret key is kept in a file: unset SAMPAN_SECRET_KEY and SAMPAN_SECRET_KEY_COMMAND for that.',
      );
    }
    const file = source.from === 'folder' ? fileIn(source.folder, key.id) : source.file;
    if (existsSync(file)) {
      throw new SettingsError(
        `The secret key ${key.id} would have to be put into ${file}, which holds something else. Move that away first.`,
      );
    }
    keepKeyFile(file, key, this.#dataFolder);
    return file;
  }

  /** What to do about a key that is not there. */
  async missing(id: string): Promise<WrongSecretKey> {
    if (this.#source.from === 'folder') {
      return new WrongSecretKey(
        `The secret key ${id}, with which the data are sealed, is not at ${fileIn(this.#source.folder, id)}.\n` +
          'Put the file back, or give the key by SAMPAN_SECRET_KEY_FILE. Nothing was changed.',
      );
    }
    const given = (await this.given()).map((key) => key.id).join(', ');
    return new WrongSecretKey(
      `The secret key is the wrong one: the data were sealed with key ${id}, the key given is ${given}.\n` +
        'Give the right key by SAMPAN_SECRET_KEY, SAMPAN_SECRET_KEY_FILE or SAMPAN_SECRET_KEY_COMMAND. Nothing was changed.',
    );
  }
}
