import type { Grant } from './access/acl.ts';
import type { Principal } from './access/authenticate.ts';
import type { AccessRules } from './access/authorize.ts';
import type { PolicyQuestion, PolicyStatement } from './access/policy.ts';
import { QingStorServerError } from './errors.ts';
import type { Exchange } from './http/exchange.ts';
import type { AccessKey, ServerEvent } from './options.ts';
import type { BucketRecord } from './store/records.ts';
import type { Store } from './store/store.ts';

/** What all requests share. */
export interface ServerContext {
  store: Store;
  keys: ReadonlyMap<string, AccessKey>;
  baseHost: string;
  zone: string;
  strictZones: boolean;
  idleMs: number;
  now: () => number;
  emit(event: ServerEvent): void;
}

/** One request that is known to come from who it says. */
export interface Call {
  context: ServerContext;
  exchange: Exchange;
  principal: Principal;
}

export interface BucketCall extends Call {
  bucket: BucketRecord;
  /** '' for the bucket itself. */
  key: string;
}

/** The bucket of that name. Throws `bucket_not_exists`. */
export function findBucket(context: ServerContext, name: string): BucketRecord {
  const bucket = context.store.buckets.find(name);
  if (!bucket) throw new QingStorServerError('bucket_not_exists');
  return bucket;
}

/** The bucket that a request is about. Throws `bucket_not_exists`, also for one of another zone where zones are strict. */
export function askedBucket({ context, exchange }: Call, name: string): BucketRecord {
  const bucket = findBucket(context, name);
  const { hostName, isGlobal, zone } = exchange.address;
  const namesZone = !isGlobal && hostName.endsWith(`.${context.baseHost}`);
  if (context.strictZones && namesZone && zone !== bucket.zone) throw new QingStorServerError('bucket_not_exists');
  return bucket;
}

export function rulesOf(context: ServerContext, bucket: BucketRecord): AccessRules {
  const { buckets } = context.store;
  return {
    grants: buckets.setting<Grant[]>(bucket, 'acl') ?? [],
    policy: buckets.setting<{ statement: PolicyStatement[] }>(bucket, 'policy')?.statement ?? [],
  };
}

export function questionOf({ exchange, principal }: Call, action: string, resource: string): PolicyQuestion {
  return {
    userId: principal.userId,
    action,
    resource,
    referer: exchange.header('referer'),
    address: exchange.remoteAddress,
  };
}
