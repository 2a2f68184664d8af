import { sealedFields } from '@sampan/driver';
import { storageDriverTypes } from '@sampan/storage';
import type { GatewayStorage } from './gateway/messages.ts';

const KEYS = 'export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…   # the keys of the storage';

/** How plain restic reaches the repository, as far as it can by itself: lines of a shell. */
function plainRestic({ type, options, prefix }: GatewayStorage): string[] {
  const below = prefix.replace(/\/$/, '');
  const repository = (address: string): string => `export RESTIC_REPOSITORY=${JSON.stringify(address)}`;
  const within = (...parts: unknown[]): string => parts.filter(Boolean).join('/');
  const inBucket = within(options.bucket, options.prefix, below);
  switch (type) {
    case 'local':
      return [repository(within(options.folder, below))];
    case 'qingstor': {
      const { endpoint, zone } = options;
      const address = endpoint
        ? `s3:${endpoint}/${inBucket}`
        : `s3:https://s3.${zone || 'pek3a'}.qingstor.com/${inBucket}`;
      const own = '# If a deployment of your own has another address for S3, that one instead.';
      return [KEYS, repository(address), ...(endpoint ? [own] : [])];
    }
    case 's3':
      return [KEYS, repository(`s3:${options.endpoint ?? 'https://s3.amazonaws.com'}/${inBucket}`)];
    case 'sftp':
      return [repository(`sftp:${options.username}@${options.host}:${within(options.folder, below)}`)];
    default:
      return ['# Copy the folder of the repository to a disk, and:', repository('/that/folder')];
  }
}

/** Where Sampan's own commands take the keys of the storage from. */
function ownKeys({ type }: GatewayStorage): string[] {
  if (type === 's3') return [KEYS];
  if (type !== 'qingstor') return [];
  return ['export QINGSTOR_ACCESS_KEY_ID=… QINGSTOR_SECRET_ACCESS_KEY=…   # the keys of the storage'];
}

/** How Sampan's own commands reach it without a server. */
function place({ type, options, prefix }: GatewayStorage): string {
  const below = prefix.replace(/\/$/, '');
  if (type === 'local') return JSON.stringify([options.folder, below].filter(Boolean).join('/'));
  const { bucket, prefix: inside, endpoint, zone, host } = options;
  const where = [bucket ?? host, inside, below].filter(Boolean).join('/');
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ endpoint, zone })) if (value) query.set(name, String(value));
  return JSON.stringify(`${type}://${where}${query.size > 0 ? `?${query}` : ''}`);
}

/** Everything that is needed to restore elsewhere, without Sampan. Keep it apart from what is backed up; it holds the password. */
export function recoverySheet(sheet: {
  repositoryId: string;
  storage: GatewayStorage;
  password: string;
  resticVersion: string;
  at: Date;
}): string {
  const { storage } = sheet;
  const type = storageDriverTypes.find((each) => each.type === storage.type);
  const secret = new Set(sealedFields(type?.options ?? []));
  const options = Object.entries(storage.options)
    .filter(([name]) => !secret.has(name))
    .map(([name, value]) => `  ${name}: ${value}`);
  return [
    'SAMPAN RECOVERY SHEET',
    '=====================',
    `Written ${sheet.at.toISOString()}. Print it, and keep it apart from the machines that are backed up.`,
    'Who has it and the keys of the storage can read every backup.',
    '',
    `Repository   ${sheet.repositoryId}`,
    `Password     ${sheet.password}`,
    `Storage      ${type?.label.en ?? storage.type}`,
    ...options,
    `  folder of the repository: ${storage.prefix || '(the top)'}`,
    `Keys of the storage: kept by whoever owns the account; they are not on this sheet.`,
    `Format       restic, version 2; restic ${sheet.resticVersion} wrote it, 0.14 or newer reads it.`,
    '',
    'To restore on another machine with plain restic (https://restic.net, or the package `restic`):',
    '',
    'export RESTIC_PASSWORD=…                               # the password above',
    ...plainRestic(storage),
    'restic snapshots',
    'restic restore latest --target /somewhere/with/space',
    'restic restore ID --target /somewhere --include /path/of/a/file',
    '',
    'With Sampan’s own command, without a server:',
    ...ownKeys(storage),
    `SAMPAN_REPOSITORY_PASSWORD=… npx sampan restore run --storage ${place(storage)} latest --target /somewhere`,
    '',
  ].join('\n');
}
