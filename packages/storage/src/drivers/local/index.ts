import path from 'node:path';
import type { OptionsSchema } from '@sampan/driver';
import type { Finding } from '../../connection-test/steps.ts';
import type { StorageCapability, StorageDriver, StorageDriverType } from '../../contract.ts';
import { notSupported } from '../../errors.ts';
import { withRetry } from '../../wrappers/retry.ts';
import { localObjects } from './objects.ts';

const CAPABILITIES: readonly StorageCapability[] = ['modified', 'listing.ordered'];
const RETRIES = 3;

const options: OptionsSchema = [
  {
    name: 'folder',
    kind: 'text',
    required: true,
    label: { en: 'Folder', zh: '目录' },
    help: {
      en: 'Absolute path on this machine. It must exist: a disk that is not mounted is not taken for an empty storage.',
      zh: '本机上的绝对路径，必须已存在：未挂载的磁盘不会被当作空存储。',
    },
    placeholder: '/srv/backups',
    maximumLength: 4096,
  },
];

/** A folder of this machine, or whatever is mounted there. */
export const localDriverType: StorageDriverType = {
  type: 'local',
  label: { en: 'Local directory', zh: '本地目录' },
  description: {
    en: 'A folder of the machine that Sampan runs on, e.g. a disk or a mounted network share.',
    zh: 'Sampan 所在机器上的目录，例如一块磁盘或已挂载的网络共享。',
  },
  notice: {
    en: 'A backup on the same disk as its source is lost with it: mirror it to another storage.',
    zh: '与数据源位于同一磁盘的备份会随磁盘一起丢失：请再镜像到其他存储。',
  },
  options,
  capabilities: CAPABILITIES,
  isLocal: true,
  validate({ folder }) {
    if (typeof folder === 'string' && path.isAbsolute(folder) && path.normalize(folder) !== path.parse(folder).root)
      return [];
    return [{ field: 'folder', code: 'bad_format', message: 'folder must be an absolute path below the root' }];
  },
  endpoint: () => null,
  create({ folder }, environment = {}): StorageDriver {
    const root = path.resolve(String(folder));
    const capabilities = new Set(CAPABILITIES);
    const store = withRetry(localObjects(root, capabilities), { retries: RETRIES });
    const objects = () => {
      environment.checkFolder?.(root);
      return store;
    };
    return {
      capabilities,
      bucketName: null,
      objects(bucket) {
        if (bucket !== undefined) throw notSupported('buckets');
        return objects();
      },
      buckets: null,
      zones: () => [],
      async *testConnection(signal) {
        const { checkObjects, passed, runSteps, skippedObjectChecks } = await import('../../connection-test.ts');
        let isThere = false;
        const folderStep = async (): Promise<Finding> => {
          await objects().list({ limit: 1, signal });
          isThere = true;
          return passed(`${root} is there`, { folder: root });
        };
        yield* runSteps([{ name: 'folder', needs: [], run: folderStep }], signal);
        if (signal.aborted) return;
        if (isThere) yield* checkObjects(store, { signal });
        else yield* skippedObjectChecks('folder');
      },
      close: async () => undefined,
    };
  },
};
