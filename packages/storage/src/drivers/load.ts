import type { StorageDriverType } from '../contract.ts';

const LOADERS: Readonly<Record<string, () => Promise<StorageDriverType>>> = {
  qingstor: async () => (await import('./qingstor/index.ts')).qingstorDriverType,
  s3: async () => (await import('./s3/index.ts')).s3DriverType,
  local: async () => (await import('./local/index.ts')).localDriverType,
  sftp: async () => (await import('./sftp/index.ts')).sftpDriverType,
  webdav: async () => (await import('./webdav/index.ts')).webdavDriverType,
};

/**
 * One kind of storage without loading the others, for processes that live for one piece of work; null when there is none of
 * this name.
 */
export async function loadStorageDriverType(type: string): Promise<StorageDriverType | null> {
  return Object.hasOwn(LOADERS, type) ? ((await LOADERS[type]?.()) ?? null) : null;
}
