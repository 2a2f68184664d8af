import type { Storage } from '../api/resources.ts';

/** Where in its service a storage keeps objects: `bucket/prefix`, or a folder; null while no bucket is chosen. */
export function storagePlace({ bucket, options, capabilities }: Storage): string | null {
  const prefix = typeof options.prefix === 'string' ? options.prefix.replace(/^\/+/, '') : '';
  if (bucket !== null) return prefix === '' ? bucket : `${bucket}/${prefix}`;
  const { folder, host, endpoint } = options;
  if (typeof folder === 'string') {
    if (typeof host === 'string') return `${host}:${folder}`;
    return typeof endpoint === 'string' ? `${endpoint.replace(/\/+$/, '')}/${folder.replace(/^\/+/, '')}` : folder;
  }
  if (capabilities.includes('buckets')) return null;
  return typeof endpoint === 'string' ? endpoint : '';
}

/** Whether it is about one bucket, or a folder, so that there are objects to show. */
export function hasObjects({ bucket, capabilities }: Pick<Storage, 'bucket' | 'capabilities'>): boolean {
  return bucket !== null || !capabilities.includes('buckets');
}
