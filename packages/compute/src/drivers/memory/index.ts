import { SampanError } from '@sampan/driver';
import type { ChangeOutcome, ChangeRequest, ComputeDriver, ComputeDriverType } from '../../contract.ts';
import { createMemoryCloud, type MemoryCloud, type PowerChange } from './cloud.ts';

export { createMemoryCloud, type MemoryCloud, type MemoryCloudOptions } from './cloud.ts';

const PAGE = 10;
const GIB = 1024 ** 3;

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted)
    throw new SampanError('cancelled', 'The call was cancelled.', { hint: 'Start it again if it is still wanted.' });
}

async function* pages<Item>(items: readonly Item[], signal: AbortSignal): AsyncGenerator<readonly Item[]> {
  for (let from = 0; from < items.length || from === 0; from += PAGE) {
    throwIfCancelled(signal);
    const page = items.slice(from, from + PAGE);
    if (page.length > 0) yield page;
  }
}

/** A driver to a cloud in this process: for tests, and the shortest complete example of the contract. */
export function createMemoryDriver(cloud: MemoryCloud): ComputeDriver {
  const change =
    (kind: PowerChange) =>
    async (remoteId: string, request: ChangeRequest & { force?: boolean }): Promise<ChangeOutcome> => {
      throwIfCancelled(request.signal);
      return cloud.change(kind, remoteId, request, request.force ?? false);
    };
  const regionId = 'memory-1';
  return {
    async *testConnection() {
      yield { name: 'connect', state: 'passed', durationMs: 0, message: 'it is in this process' };
    },
    listRegions: (signal) => pages([{ remoteId: regionId, name: 'Memory', endpoint: null }], signal),
    listNetworks: (signal) =>
      pages([{ remoteId: 'network-1', regionId, name: 'network', cidrBlock: '10.0.0.0/16' }], signal),
    listImages: (signal) =>
      pages(
        [
          {
            remoteId: 'image-1',
            regionId,
            name: 'Debian 12',
            operatingSystem: 'Debian 12',
            architecture: 'x86_64',
            minimumDiskBytes: 10 * GIB,
            sizeBytes: GIB,
            state: 'available' as const,
            createdAt: Date.UTC(2025, 0, 1),
          },
        ],
        signal,
      ),
    listFlavors: (signal) =>
      pages(
        [
          {
            remoteId: 'flavor-1',
            regionId,
            name: 'small',
            cpuCount: 2,
            memoryBytes: 4 * GIB,
            gpuCount: 0,
            state: 'available' as const,
          },
        ],
        signal,
      ),
    listInstances: (signal) => pages(cloud.instances(), signal),
    async getInstance(remoteId, signal) {
      throwIfCancelled(signal);
      return cloud.instance(remoteId);
    },
    async getInstances(remoteIds, signal) {
      throwIfCancelled(signal);
      return [...new Set(remoteIds)].map((id) => cloud.instance(id)).filter((instance) => instance !== null);
    },
    startInstance: change('start'),
    stopInstance: change('stop'),
    restartInstance: change('restart'),
    isSimulated: () => true,
    close: async () => undefined,
  };
}

/** Not offered to people: each host of this type is a cloud of its own that ends with the process. */
export const memoryDriverType: ComputeDriverType = {
  type: 'memory',
  label: { en: 'Memory', zh: '内存' },
  description: { en: 'A cloud in this process, for tests.', zh: '仅存在于本进程中的云，用于测试。' },
  options: [
    {
      name: 'instances',
      kind: 'integer',
      label: { en: 'Instances', zh: '云主机数' },
      default: 25,
      minimum: 0,
      maximum: 100_000,
    },
    {
      name: 'transitionMs',
      kind: 'integer',
      label: { en: 'Change takes (ms)', zh: '变更耗时（毫秒）' },
      default: 20,
      minimum: 0,
    },
  ],
  capabilities: ['instance.start', 'instance.stop', 'instance.stop.force', 'instance.restart'],
  endpoint: () => null,
  create: (options, environment) =>
    createMemoryDriver(
      createMemoryCloud({
        instances: Number(options.instances ?? 25),
        transitionMs: Number(options.transitionMs ?? 20),
        now: environment.now,
      }),
    ),
};
