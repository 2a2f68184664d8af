import {
  changeInstance,
  createQingzhouClient,
  type InstanceChange,
  instancesByIds,
  listFlavors,
  listImages,
  listInstances,
  listNetworks,
  listRegions,
  QingzhouError,
} from '@sampan/qingzhou-sdk';
import type { ChangeOutcome, ChangeRequest, ComputeDriver, DriverEnvironment } from '../../contract.ts';
import { cachedList } from './cached-list.ts';
import { testQingzhouConnection } from './connection-test/index.ts';
import { fromQingzhou } from './errors.ts';
import type { QingzhouHostOptions } from './options.ts';
import { toFlavor, toImage, toInstance, toNetwork, toRegion } from './translate.ts';

/** One account and region of Qingzhou Cloud. */
export function createQingzhouDriver(options: QingzhouHostOptions, environment: DriverEnvironment): ComputeDriver {
  const { region: regionId, vpcId } = options;
  const client = createQingzhouClient({
    endpoint: options.endpoint,
    accessKeyId: options.accessKeyId,
    accessKeySecret: options.accessKeySecret,
    regionId,
    profile: options.profile,
    signatureMethod: options.signatureMethod,
    requestsPerSecond: options.requestsPerSecond,
    fetch: environment.fetch,
    now: environment.now,
    sleep: environment.sleep,
  });
  const ended = new AbortController();
  const untilEnd = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, ended.signal]);

  async function guarded<Result>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const either = untilEnd(signal);
    try {
      return await work(either);
    } catch (error) {
      throw fromQingzhou(either.aborted ? new QingzhouError('cancelled', 'The call was cancelled.') : error);
    }
  }

  function listed<From, To>(
    read: (signal: AbortSignal) => AsyncIterable<readonly From[]>,
    translate: (item: From, regionId: string) => To,
    cacheSeconds: number,
  ): (signal: AbortSignal) => AsyncIterable<readonly To[]> {
    const pages = cachedList(read, cacheSeconds * 1000, environment.now);
    return async function* list(signal) {
      const either = untilEnd(signal);
      try {
        for await (const page of pages(either)) {
          if (either.aborted) break;
          yield page.map((item) => translate(item, regionId));
        }
      } catch (error) {
        if (!either.aborted) throw fromQingzhou(error);
      }
      if (either.aborted) throw fromQingzhou(new QingzhouError('cancelled', 'Reading the list was cancelled.'));
    };
  }

  const getInstances: ComputeDriver['getInstances'] = (remoteIds, signal) =>
    guarded(signal, async (either) => {
      either.throwIfAborted();
      const found = await instancesByIds(client, remoteIds, either);
      return found.map((instance) => toInstance(instance, regionId));
    });

  const change =
    (kind: InstanceChange) =>
    (
      remoteId: string,
      { requestId, issuedAt, signal, force }: ChangeRequest & { force?: boolean },
    ): Promise<ChangeOutcome> =>
      guarded(signal, (either) =>
        changeInstance(client, kind, remoteId, { requestId, issuedAt, force: force ?? false, signal: either }),
      );

  return {
    testConnection: (signal) =>
      testQingzhouConnection({ client, options, now: environment.now, signal: untilEnd(signal) }),
    listRegions: listed((signal) => listRegions(client, signal), toRegion, options.cacheSeconds),
    listNetworks: listed((signal) => listNetworks(client, signal), toNetwork, options.cacheSeconds),
    listImages: listed((signal) => listImages(client, signal), toImage, options.cacheSeconds),
    listFlavors: listed((signal) => listFlavors(client, signal), toFlavor, options.cacheSeconds),
    listInstances: listed((signal) => listInstances(client, { networkId: vpcId }, signal), toInstance, 0),
    getInstances,
    async getInstance(remoteId, signal) {
      const found = await getInstances([remoteId], signal);
      return found.find((instance) => instance.remoteId === remoteId) ?? null;
    },
    startInstance: change('start'),
    stopInstance: change('stop'),
    restartInstance: change('restart'),
    isSimulated: () => client.isSimulated(),
    close: async () => ended.abort(),
  };
}
