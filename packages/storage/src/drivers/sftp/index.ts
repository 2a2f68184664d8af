import type { OptionValues } from '@sampan/driver';
import type { StorageCapability, StorageDriver, StorageDriverType, StorageEnvironment } from '../../contract.ts';
import { notSupported } from '../../errors.ts';
import { retryingObjects } from '../tree/retrying.ts';
import { rooted } from '../tree/rooted.ts';
import { readSftpOptions, sftpOptions, validateSftpOptions } from './options.ts';
import { sftpTree } from './tree.ts';

const CAPABILITIES: readonly StorageCapability[] = ['modified', 'listing.ordered'];

function create(values: OptionValues, environment: StorageEnvironment = {}): StorageDriver {
  const options = readSftpOptions(values);
  const capabilities = new Set(CAPABILITIES);
  const tree = rooted(sftpTree(options, environment));
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
      const { testSftpConnection } = await import('./connection-test.ts');
      yield* testSftpConnection(options, environment, signal, capabilities);
    },
    close: () => tree.close(),
  };
}

export const sftpDriverType: StorageDriverType = {
  type: 'sftp',
  label: { en: 'SFTP', zh: 'SFTP' },
  description: {
    en: 'A folder of any machine that runs an SSH server, e.g. a NAS.',
    zh: '任何运行 SSH 服务的机器上的目录，例如 NAS。',
  },
  notice: {
    en: 'The server must be able to rename over an existing file (posix-rename), as OpenSSH and most others do. SFTP tells times in whole seconds and no checksums: an object that is replaced by another of the same size within the same second looks unchanged.',
    zh: '服务器须支持覆盖式重命名（posix-rename），OpenSSH 等多数服务器均支持。SFTP 的时间精确到秒且不提供校验和：同一秒内被替换为相同大小的对象将被视为未变化。',
  },
  options: sftpOptions,
  capabilities: CAPABILITIES,
  validate: validateSftpOptions,
  endpoint(values) {
    const { host, port } = readSftpOptions(values);
    return { host, port };
  },
  create,
};
