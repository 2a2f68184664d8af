import { sealedFields } from '@sampan/driver';
import { storageDriverTypes } from '@sampan/storage';
import type { GatewayStorage } from './gateway/messages.ts';

/** How plain restic reaches the repository, as far as it can by itself. */
function plainRestic(storage: GatewayStorage): string {
  const { type, options, prefix } = storage;
  const below = prefix.replace(/\/$/, '');
  const inBucket = [options.bucket, options.prefix, below].filter(Boolean).join('/');
  switch (type) {
    case 'local':
      return `restic -r ${JSON.stringify([options.folder, below].filter(Boolean).join('/'))} snapshots`;
    case 'qingstor':
      return [
        'export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…   # the keys of the storage',
        `restic -r s3:https://s3.${options.zone ?? 'pek3a'}.qingstor.com/${inBucket} snapshots`,
        '# With a private deployment, its S3 endpoint instead. Or copy the folder, e.g. with `sampan object sync`, and use that.',
      ].join('\n');
    case 's3':
      return [
        'export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…   # the keys of the storage',
        `restic -r s3:${options.endpoint ?? 'https://s3.amazonaws.com'}/${inBucket} snapshots`,
      ].join('\n');
    case 'sftp':
      return `restic -r sftp:${options.username}@${options.host}:${[options.folder, below].filter(Boolean).join('/')} snapshots`;
    default:
      return '# Copy the folder of the repository to a disk, and: restic -r FOLDER snapshots';
  }
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
    plainRestic(storage),
    'restic … restore latest --target /somewhere/with/space',
    'restic … restore ID --target /somewhere --include /path/of/a/file',
    '',
    'With Sampan:  SAMPAN_REPOSITORY_PASSWORD=… npx sampan restore run --storage PLACE latest --target /somewhere',
    '',
  ].join('\n');
}
