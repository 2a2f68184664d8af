import { homedir } from 'node:os';
import path from 'node:path';

export interface Settings {
  host: string;
  port: number;
  dataFolder: string;
  /** Creates the user `admin` at the first start; for automation. */
  adminPassword: string | null;
  /** `postgres://…`; null means SQLite in `dataFolder`. */
  databaseUrl: string | null;
  secretKey: SecretKeySource;
  /** `AGE-SECRET-KEY-1…`: brings a lost secret key back at this start. */
  recoveryKey: string | null;
  tls: { certificateFile: string; keyFile: string } | null;
  /** Address under which people reach this server, without a slash at the end; null means host and port. */
  publicUrl: string | null;
  /** Addresses or networks of proxies whose `X-Forwarded-*` headers are believed. */
  trustedProxies: readonly string[];
  /** Folders whose files may be backed up, and restored to, by others than administrators too. */
  backupRoots: readonly string[];
  /** Commands before and after backups: whoever may set them acts as the user that Sampan runs as. */
  allowCommandHooks: boolean;
}

export type SecretKeySource =
  | { from: 'value'; value: string }
  | { from: 'file'; file: string }
  | { from: 'command'; command: string }
  /** Nothing was set: a key is made at the first start and kept in this folder, which is not inside the data. */
  | { from: 'folder'; folder: string };

/** Thrown with every problem found, one a line. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

type Environment = Readonly<Record<string, string | undefined>>;

function configFolder(environment: Environment): string {
  const base = environment.XDG_CONFIG_HOME || path.join(environment.HOME || homedir(), '.config');
  return path.join(base, 'sampan', 'keys');
}

function secretKeySource(environment: Environment, problems: string[]): SecretKeySource {
  const given = ['SAMPAN_SECRET_KEY', 'SAMPAN_SECRET_KEY_FILE', 'SAMPAN_SECRET_KEY_COMMAND'].filter(
    (name) => environment[name],
  );
  if (given.length > 1) problems.push(`Set only one of ${given.join(', ')}.`);
  if (environment.SAMPAN_SECRET_KEY) return { from: 'value', value: environment.SAMPAN_SECRET_KEY };
  if (environment.SAMPAN_SECRET_KEY_FILE)
    return { from: 'file', file: path.resolve(environment.SAMPAN_SECRET_KEY_FILE) };
  if (environment.SAMPAN_SECRET_KEY_COMMAND) return { from: 'command', command: environment.SAMPAN_SECRET_KEY_COMMAND };
  return { from: 'folder', folder: configFolder(environment) };
}

function publicUrl(text: string | undefined, problems: string[]): string | null {
  if (!text) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search) {
    problems.push('SAMPAN_PUBLIC_URL must be an address such as https://sampan.example.com, without a path.');
    return null;
  }
  return url.origin;
}

/** The home of the user that Sampan runs as, and where services usually keep their data. */
function backupRoots(environment: Environment, problems: string[]): readonly string[] {
  const text = environment.SAMPAN_BACKUP_ROOTS;
  if (text === undefined || text === '') return [environment.HOME || homedir(), '/srv'];
  const folders = text.split(path.delimiter).filter(Boolean);
  for (const folder of folders)
    if (!path.isAbsolute(folder)) problems.push(`SAMPAN_BACKUP_ROOTS must be absolute folders, not "${folder}".`);
  return folders.map((folder) => path.resolve(folder));
}

/** `false` and `no` mean what they say. */
function isYes(text: string | undefined, name: string, problems: string[]): boolean {
  if (!text || /^(0|false|no|off)$/i.test(text)) return false;
  if (!/^(1|true|yes|on)$/i.test(text)) problems.push(`${name} must be true or false, not "${text}".`);
  return true;
}

/**
 * Reads the settings from environment variables; see the README for the list.
 * @throws SettingsError naming every problem at once.
 */
export function readSettings(environment: Environment): Settings {
  const problems: string[] = [];
  const portText = environment.SAMPAN_PORT || '7300';
  const port = Number(portText);
  if (!/^\d+$/.test(portText) || port > 65535)
    problems.push(`SAMPAN_PORT must be a port from 0 to 65535, not "${portText}".`);
  const { SAMPAN_TLS_CERT: certificateFile, SAMPAN_TLS_KEY: keyFile } = environment;
  if (Boolean(certificateFile) !== Boolean(keyFile)) problems.push('SAMPAN_TLS_CERT and SAMPAN_TLS_KEY go together.');
  const databaseUrl = environment.SAMPAN_DATABASE_URL || null;
  if (databaseUrl && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    problems.push('SAMPAN_DATABASE_URL must begin with postgres://; leave it out for SQLite in SAMPAN_DATA.');
  }
  const password = environment.SAMPAN_ADMIN_PASSWORD || null;
  const settings: Settings = {
    host: environment.SAMPAN_HOST || '127.0.0.1',
    port,
    dataFolder: path.resolve(environment.SAMPAN_DATA || 'data'),
    adminPassword: password,
    databaseUrl,
    secretKey: secretKeySource(environment, problems),
    recoveryKey: environment.SAMPAN_RECOVERY_KEY || null,
    tls:
      certificateFile && keyFile
        ? { certificateFile: path.resolve(certificateFile), keyFile: path.resolve(keyFile) }
        : null,
    publicUrl: publicUrl(environment.SAMPAN_PUBLIC_URL, problems),
    trustedProxies: (environment.SAMPAN_TRUSTED_PROXIES ?? '')
      .split(',')
      .map((text) => text.trim())
      .filter(Boolean),
    backupRoots: backupRoots(environment, problems),
    allowCommandHooks: isYes(environment.SAMPAN_ALLOW_COMMAND_HOOKS, 'SAMPAN_ALLOW_COMMAND_HOOKS', problems),
  };
  if (problems.length > 0) throw new SettingsError(problems.join('\n'));
  return settings;
}
