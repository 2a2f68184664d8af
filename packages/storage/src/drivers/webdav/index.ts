import { endpointOf, type OptionValues } from '@sampan/driver';
import type { StorageCapability, StorageDriver, StorageDriverType, StorageEnvironment } from '../../contract.ts';
import { notSupported } from '../../errors.ts';
import { retryingObjects } from '../tree/retrying.ts';
import { rooted } from '../tree/rooted.ts';
import { readWebdavOptions, validateWebdavOptions, webdavOptions } from './options.ts';
import { webdavTree } from './tree.ts';

const CAPABILITIES: readonly StorageCapability[] = ['listing.ordered'];

function create(values: OptionValues, environment: StorageEnvironment = {}): StorageDriver {
  const options = readWebdavOptions(values);
  const capabilities = new Set(CAPABILITIES);
  const tree = rooted(webdavTree(options, environment));
  const store = retryingObjects(tree, capabilities, options.connectionRetries);
  return {
    capabilities,
    bucketName: null,
    objects(bucket) {
      if (bucket !== undefined) throw notSupported('buckets');
      return store;
    },
    buckets: null,
    zones: () => [],
    async *testConnection(signal) {
      const { testWebdavConnection } = await import('./connection-test.ts');
      yield* testWebdavConnection(options, environment, signal, capabilities);
    },
    close: () => tree.close(),
  };
}

export const webdavDriverType: StorageDriverType = {
  type: 'webdav',
  label: { en: 'WebDAV', zh: 'WebDAV' },
  description: {
    en: 'A folder of a WebDAV server, e.g. Nextcloud, a NAS or a web server.',
    zh: 'WebDAV 服务器上的目录，例如 Nextcloud、NAS 或 Web 服务器。',
  },
  notice: {
    en: 'The server must keep the old file until a new one is complete, as Apache, nginx, lighttpd and Nextcloud do. It tells no checksums; sizes are compared. Apache keeps every name, lighttpd replaces control characters in names.',
    zh: '服务器须在新文件完整之前保留旧文件，Apache、nginx、lighttpd 与 Nextcloud 均如此。服务器不提供校验和，仅比较大小。Apache 能保存任意名称，lighttpd 会替换名称中的控制字符。',
  },
  options: webdavOptions,
  capabilities: CAPABILITIES,
  validate: validateWebdavOptions,
  endpoint: (values) => endpointOf(readWebdavOptions(values).origin),
  create,
};
