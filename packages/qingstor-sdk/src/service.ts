import { redirectedZone, refusalOf } from './answer.ts';
import { bucketOrigin, globalOrigin } from './endpoint.ts';
import { isQingStorError, QingStorError } from './error.ts';
import { instantOf, readJson, recordsOf, textOf } from './json.ts';
import { checkBucketName } from './names.ts';
import { REMEDIES } from './remedies.ts';
import type { QingStorCall, Requests } from './requests.ts';

export interface ListedBucket {
  name: string;
  zone: string;
  url: string;
  /** Milliseconds since 1970 UTC. */
  created: number | undefined;
}

export interface ListedZone {
  id: string;
  name: string;
  endpoint: string;
}

const BUCKETS_AT_ONCE = 200;
/** The vendor allows far fewer pages of buckets; a server that never ends is not followed for ever. */
const MOST_PAGES = 1_000;

/** The buckets of the account, of every zone unless one is named. */
export async function listBuckets(
  requests: Requests,
  options: { zone?: string | undefined; signal?: AbortSignal | undefined } = {},
): Promise<ListedBucket[]> {
  const all = new Map<string, ListedBucket>();
  const { zone, signal } = options;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = [
      ['limit', String(BUCKETS_AT_ONCE)],
      ['offset', String(page * BUCKETS_AT_ONCE)],
    ] as const;
    const headers = { Location: zone };
    const body = readJson(await requests.send({ method: 'GET', query, headers, expect: 200, signal }));
    const found = recordsOf(body, 'buckets').map((bucket) => ({
      name: textOf(bucket, 'name'),
      zone: textOf(bucket, 'location'),
      url: textOf(bucket, 'url'),
      created: instantOf(bucket, 'created'),
    }));
    const before = all.size;
    for (const bucket of found) all.set(bucket.name, bucket);
    if (found.length < BUCKETS_AT_ONCE || all.size === before) break;
  }
  return [...all.values()];
}

/** The zones that there are; asked without keys. */
export async function listZones(
  requests: Requests,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<ListedZone[]> {
  const query = [['location', '']] as const;
  const body = readJson(await requests.send({ method: 'GET', query, expect: 200, unsigned: true, signal }));
  return recordsOf(body, 'locations').map((each) => ({
    ...{ id: textOf(each, 'id'), name: textOf(each, 'name'), endpoint: textOf(each, 'endpoint') },
  }));
}

/** Statuses that say something of a bucket: there, elsewhere, hidden, missing. */
const TELLING = [200, 301, 302, 307, 308, 403, 404];

/**
 * The zone of a bucket, asked without keys of the host that is for all zones: `HEAD /<bucket>`, then the older way,
 * `HEAD <bucket>.<host>`. A service that does not tell zones apart (an address, one machine) has the client's.
 * Rejects with `bucket_not_found`.
 */
export async function findZone(
  requests: Requests,
  bucket: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<string> {
  checkBucketName(bucket);
  const { endpoint } = requests;
  const ask = (call: Partial<QingStorCall>) =>
    requests.send({ method: 'HEAD', bucket, expect: TELLING, unsigned: true, signal, ...call });
  if (!endpoint.zoneInHost) {
    const answer = await requests.send({ method: 'HEAD', bucket, expect: TELLING, signal });
    const zone = redirectedZone(answer.headers, bucket) ?? endpoint.zone;
    if (answer.status === 404) throw missing(bucket);
    return zone;
  }
  const plain = await ask({ origin: globalOrigin(endpoint) });
  const zone = redirectedZone(plain.headers, bucket);
  if (zone !== undefined) return zone;
  const own = bucketOrigin({ ...endpoint, zoneInHost: false }, bucket);
  if (own !== null) {
    try {
      const redirected = redirectedZone((await ask({ origin: own, bucketInHost: true })).headers, bucket);
      if (redirected !== undefined) return redirected;
    } catch (error) {
      // Private deployments may have no such names.
      if (!isQingStorError(error, 'endpoint_unreachable', 'endpoint_untrusted')) throw error;
    }
  }
  if (plain.status === 404) throw missing(bucket);
  throw refusalOf(plain, { bucket, key: undefined, secrets: [], now: requests.now() });
}

function missing(bucket: string): QingStorError {
  return new QingStorError('bucket_not_found', `There is no bucket ${bucket}`, {
    bucket,
    httpStatus: 404,
    hint: REMEDIES.bucketNotFound,
  });
}
