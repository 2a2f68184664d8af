import { type ConnectionCheck, SampanError } from '@sampan/driver';
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
import type { Calls } from './calls.ts';
import { type S3Options, SMALLEST_CHUNK } from './options.ts';

/** Refusals that come after the signature was found right. */
const AFTER_THE_KEY = new Set(['permission_denied', 'bucket_not_found', 'wrong_zone']);

/** From the name of the endpoint to an object that is read back. One bucket is enough: nothing else is asked for. */
export async function* testS3Connection(
  calls: Calls,
  options: S3Options,
  environment: StorageEnvironment,
  signal: AbortSignal,
  objectsOf: (bucket: string) => ObjectStore,
): AsyncGenerator<ConnectionCheck> {
  const { bucket, region } = options;
  const base = new URL(options.origin);
  const isInHost = bucket !== null && !options.pathStyle && !bucket.includes('.');
  const origin = isInHost ? `${base.protocol}//${bucket}.${base.host}` : base.origin;
  const place = placeOf(origin);
  const reach = {
    ...environment,
    ...(options.caCertificate !== undefined && { caCertificates: options.caCertificate }),
  };
  let refusal: unknown;
  let found: Finding | undefined;
  let missing: string | null = null;

  async function ask(): Promise<Finding> {
    if (bucket !== null) {
      await objectsOf(bucket).list({ limit: 1, signal });
      return passed(`${bucket} is there`, { bucket, region });
    }
    const { Buckets: all = [] } = await calls.send({
      class: 'list',
      signal,
      run: ({ client, sdk, options: attempt }) => client.send(new sdk.ListBucketsCommand({}), attempt),
    });
    return {
      state: 'warning',
      code: 'bucket_needed',
      message: `No bucket is set yet; the account has ${all.length}.`,
      cause: 'A bucket can be chosen or created after the storage was saved.',
      remedy: 'Choose or create a bucket before a plan uses this storage.',
      parameters: { count: all.length },
    };
  }

  async function signature(): Promise<Finding> {
    try {
      found = await ask();
    } catch (error) {
      if (!(error instanceof SampanError && AFTER_THE_KEY.has(error.code))) throw error;
      refusal = error;
    }
    return passed('the key and its signature are accepted');
  }

  async function bucketStep(): Promise<Finding | undefined> {
    if (refusal) throw refusal;
    return found;
  }

  const plain = passed('plain HTTP: nothing is encrypted', { host: place.host });
  const steps: Step[] = [
    { name: 'resolve', needs: [], run: () => checkResolve(place, environment) },
    { name: 'connect', needs: ['resolve'], run: () => checkConnect(place, environment, signal) },
    { name: 'tls', needs: ['connect'], run: async () => (place.isTls ? checkTls(place, reach, signal) : plain) },
    { name: 'clock', needs: ['tls'], run: () => checkClock(origin, reach, signal) },
    { name: 'signature', needs: ['tls', 'clock'], run: signature },
    { name: 'bucket', needs: ['signature'], run: bucketStep },
  ];
  for await (const check of runSteps(steps, signal)) {
    if (check.state === 'failed' || check.state === 'skipped') missing ??= check.name;
    yield check;
  }
  if (bucket === null || signal.aborted) return;
  if (missing !== null) yield* skippedObjectChecks(missing);
  else yield* checkObjects(objectsOf(bucket), { signal, multipartSize: SMALLEST_CHUNK + 1 });
}
