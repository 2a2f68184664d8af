import type { StorageDriverType } from '../contract.ts';
import { localDriverType } from './local/index.ts';
import { qingstorDriverType } from './qingstor/index.ts';
import { s3DriverType } from './s3/index.ts';
import { sftpDriverType } from './sftp/index.ts';
import { webdavDriverType } from './webdav/index.ts';

/** All kinds of storage, in the order in which they are offered. */
export const storageDriverTypes: readonly StorageDriverType[] = [
  qingstorDriverType,
  s3DriverType,
  localDriverType,
  sftpDriverType,
  webdavDriverType,
];
