import { type ConnectionCheck, SampanError } from '@sampan/driver';
import type { QingStorClient } from '@sampan/qingstor-sdk';
import {
  checkClock,
  checkConnect,
  checkObjects,
  checkResolve,
  checkTls,
  type Finding,
  passed,
  placeOf,
  runSteps,
  type Step,
  skippedObjectChecks,
} from '../../connection-test.ts';
import type { ObjectStore, StorageEnvironment } from '../../contract.ts';
import { translating } from './errors.ts';

export interface QingStorTest {
  client: QingStorClient;
  bucket: string | null;
  /** Undefined without a bucket. */
  store: ObjectStore | undefined;
  /** Bytes that are sent in chunks. */
  multipartSize: number;
  environment: StorageEnvironment & { caCertificates?: string | undefined };
  signal: AbortSignal;
}

/** Refusals that are about the key itself; all others come after the signature was found right. */
const ABOUT_THE_KEY = new Set(['unknown_access_key', 'invalid_signature', 'clock_skew', 'account_problem']);
const AFTER_THE_KEY = new Set(['permission_denied', 'bucket_not_found', 'wrong_zone']);

/** From the name of the endpoint to an object that is read back. One bucket is enough: nothing else is asked for. */
export async function* testQingStorConnection(test: QingStorTest): AsyncGenerator<ConnectionCheck> {
  const { client, bucket, store, environment, signal } = test;
  const origin = bucket === null ? client.globalOrigin : client.origin;
  const place = placeOf(origin);
  const unusable = new Set<string>();
  let bucketFinding: Finding | null = null;

  async function ask(): Promise<Finding> {
    if (bucket === null) {
      const count = (await client.listBuckets({ signal })).length;
      return {
        state: 'warning',
        code: 'bucket_needed',
        message: `No bucket is set yet; the account has ${count}.`,
        cause: 'A bucket can be chosen or created after the storage was saved.',
        remedy: 'Choose or create a bucket before a plan uses this storage.',
        parameters: { count },
      };
    }
    await client.bucket(bucket).list({ limit: 1, signal });
    return passed(`${bucket} is in zone ${client.zone}`, { bucket, zone: client.zone });
  }

  const signature = async (): Promise<Finding> => {
    try {
      bucketFinding = await translating(ask);
    } catch (error) {
      const code = error instanceof SampanError ? error.code : '';
      if (ABOUT_THE_KEY.has(code) || !AFTER_THE_KEY.has(code)) throw error;
      refusal = error;
    }
    return client.isAnonymous ? passed('anonymous: no key is used') : passed('the key and its signature are accepted');
  };
  let refusal: unknown;

  const steps: Step[] = [
    { name: 'resolve', needs: [], run: () => checkResolve(place, environment) },
    { name: 'connect', needs: ['resolve'], run: () => checkConnect(place, environment, signal) },
    {
      name: 'tls',
      needs: ['connect'],
      run: async () =>
        place.isTls
          ? checkTls(place, environment, signal)
          : passed(`plain HTTP: nothing is encrypted`, { host: place.host }),
    },
    { name: 'clock', needs: ['tls'], run: () => checkClock(origin, environment, signal) },
    { name: 'signature', needs: ['tls', 'clock'], run: signature },
    {
      name: 'bucket',
      needs: ['signature'],
      run: async () => {
        if (refusal) throw refusal;
        return bucketFinding ?? undefined;
      },
    },
  ];
  for await (const check of runSteps(steps, signal)) {
    if (check.state === 'failed' || check.state === 'skipped') unusable.add(check.name);
    yield check;
  }
  if (!store || signal.aborted) return;
  if (unusable.size > 0) yield* skippedObjectChecks([...unusable][0] ?? 'bucket');
  else yield* checkObjects(store, { signal, multipartSize: test.multipartSize });
}
