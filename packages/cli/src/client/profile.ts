import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { CommandError } from '../exit.ts';

export interface Profile {
  url: string;
  accessKeyId: string;
  accessKeySecret: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

function profileFile(environment: Environment): string {
  const base = environment.XDG_CONFIG_HOME || path.join(environment.HOME || homedir(), '.config');
  return path.join(base, 'sampan', 'profiles.json');
}

function readProfiles(environment: Environment): Record<string, Profile> {
  const file = profileFile(environment);
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Profile>;
  } catch {
    throw new CommandError(`${file} is not valid JSON.`, { hint: 'Remove it and run: sampan login' });
  }
}

function writeProfiles(environment: Environment, profiles: Record<string, Profile>): string {
  const file = profileFile(environment);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, `${JSON.stringify(profiles, null, 2)}\n`, { mode: 0o600 });
  chmodSync(aside, 0o600);
  renameSync(aside, file);
  return file;
}

export function saveProfile(environment: Environment, name: string, profile: Profile): string {
  return writeProfiles(environment, { ...readProfiles(environment), [name]: profile });
}

export function removeProfile(environment: Environment, name: string): void {
  const { [name]: _, ...others } = readProfiles(environment);
  writeProfiles(environment, others);
}

export function findProfile(environment: Environment, name: string): Profile | undefined {
  return readProfiles(environment)[name];
}

/** The origin of a typed address. @throws CommandError when it is none, e.g. `localhost:7300` without http:// */
export function serverAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol)) return url.origin;
  throw new CommandError(`${text} is not an address of a server.`, { hint: 'Give e.g. http://127.0.0.1:7300' });
}

/** Which server and which key: the environment first, then the profile made by `sampan login`. */
export function connection(environment: Environment, name: string): Profile {
  const { SAMPAN_URL: url, SAMPAN_ACCESS_KEY_ID: accessKeyId, SAMPAN_ACCESS_KEY_SECRET: accessKeySecret } = environment;
  const profile = findProfile(environment, name);
  if (accessKeyId && accessKeySecret) {
    return { url: serverAddress(url || profile?.url || 'http://127.0.0.1:7300'), accessKeyId, accessKeySecret };
  }
  if (Boolean(accessKeyId) !== Boolean(accessKeySecret)) {
    throw new CommandError('SAMPAN_ACCESS_KEY_ID and SAMPAN_ACCESS_KEY_SECRET go together.');
  }
  if (profile) return { ...profile, url: serverAddress(url || profile.url) };
  throw new CommandError(`You are not logged in (there is no profile ${name}).`, {
    exitCode: 3,
    hint: 'Run `sampan login`, or set SAMPAN_URL, SAMPAN_ACCESS_KEY_ID and SAMPAN_ACCESS_KEY_SECRET.',
  });
}
