import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { QingStorError } from './error.ts';
import { readFlatYaml } from './flat-yaml.ts';

export interface QingStorCredentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** What environment credentials are read from. */
export interface Environment {
  variables: Readonly<Record<string, string | undefined>>;
  home: string;
  /** The text of a file; null when there is none. */
  readFile: (file: string) => string | null;
}

/** Pairs are taken whole: the id of one tool never meets the secret of another. The vendor's own names come first. */
const PAIRS: readonly (readonly [id: string, secret: string])[] = [
  ['QINGSTOR_ACCESS_KEY_ID', 'QINGSTOR_SECRET_ACCESS_KEY'],
  ['QSCTL_ACCESS_KEY_ID', 'QSCTL_SECRET_ACCESS_KEY'],
  ['RCLONE_QINGSTOR_ACCESS_KEY_ID', 'RCLONE_QINGSTOR_SECRET_ACCESS_KEY'],
  ['QY_ACCESS_KEY_ID', 'QY_SECRET_ACCESS_KEY'],
];

const CONFIG_PATH_VARIABLES = ['QINGSTOR_CONFIG_PATH', 'QSCTL_CONFIG_PATH'];

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new QingStorError('credentials_not_found', `${file} cannot be read`, {
      hint: 'Make it readable for the user that this runs as.',
    });
  }
}

/** The environment of this process, or one with other variables or another home folder, whose files are read. */
export function processEnvironment(
  variables: Environment['variables'] = process.env,
  home: string = homedir(),
): Environment {
  return { variables, home, readFile: readIfThere };
}

function pair(id: string | undefined, secret: string | undefined): QingStorCredentials | null {
  const [accessKeyId, secretAccessKey] = [id?.trim() ?? '', secret?.trim() ?? ''];
  return accessKeyId === '' || secretAccessKey === '' ? null : { accessKeyId, secretAccessKey };
}

/** The keys that the environment holds: variables first, then the files of the vendor's tools. Null for none. */
export function environmentCredentials(environment: Environment = processEnvironment()): QingStorCredentials | null {
  const { variables, home } = environment;
  for (const [id, secret] of PAIRS) {
    const found = pair(variables[id], variables[secret]);
    if (found) return found;
  }
  const named = CONFIG_PATH_VARIABLES.map((name) => variables[name]).filter(
    (file) => file !== undefined && file !== '',
  );
  const usual = [
    path.join(home, '.qingstor', 'config.yaml'),
    path.join(home, '.config', 'qingstor', 'config.yaml'),
    '/etc/qingstor/config.yaml',
  ];
  for (const file of [...named, ...usual]) {
    const text = file === undefined ? null : environment.readFile(file);
    if (text === null) continue;
    const settings = readFlatYaml(text);
    const found = pair(settings.get('access_key_id'), settings.get('secret_access_key'));
    if (found) return found;
  }
  return null;
}

/**
 * The keys to sign with; null means anonymous. Throws `incomplete_credentials` when only one of the two is given, and
 * `credentials_not_found` when the environment was to be asked and holds none.
 */
export function resolveCredentials(options: {
  accessKeyId?: string | undefined;
  secretAccessKey?: string | undefined;
  environmentAuth?: boolean | undefined;
  environment?: Environment | undefined;
}): QingStorCredentials | null {
  const [id, secret] = [options.accessKeyId?.trim() ?? '', options.secretAccessKey?.trim() ?? ''];
  if (id !== '' && secret !== '') return { accessKeyId: id, secretAccessKey: secret };
  if (id !== '' || secret !== '') {
    throw new QingStorError(
      'incomplete_credentials',
      `The ${id === '' ? 'Access Key ID' : 'Secret Access Key'} is blank`,
      {
        hint: 'Give both, or leave both blank for anonymous access or the keys of the environment.',
      },
    );
  }
  if (options.environmentAuth !== true) return null;
  const found = environmentCredentials(options.environment);
  if (found) return found;
  throw new QingStorError('credentials_not_found', 'The environment holds no QingStor keys', {
    hint: 'Set QINGSTOR_ACCESS_KEY_ID and QINGSTOR_SECRET_ACCESS_KEY, or write ~/.qingstor/config.yaml.',
  });
}
