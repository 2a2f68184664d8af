import type { Call, ServerContext } from '../context.ts';
import { sendJson } from '../http/answers.ts';
import type { Exchange } from '../http/exchange.ts';
import type { BucketRecord } from '../store/records.ts';

const DEFAULT_LIMIT = 200;

/** `http://bucket.zone.base:port`, as the vendor gives it. */
export function bucketUrl(context: ServerContext, exchange: Exchange, bucket: BucketRecord): string {
  return `http://${bucket.name}.${bucket.zone}.${context.baseHost}${exchange.address.port}`;
}

/** `GET /`: the caller's buckets, of one zone where the header `Location` names it. */
export async function listBuckets({ context, exchange, principal }: Call): Promise<void> {
  const zone = exchange.header('location');
  const own = context.store.buckets
    .list()
    .filter(
      (bucket) => bucket.owner === principal.userId && (zone === undefined || zone === '' || bucket.zone === zone),
    );
  const offset = exchange.integer('offset', 0);
  const buckets = own.slice(offset, offset + exchange.integer('limit', DEFAULT_LIMIT)).map((bucket) => ({
    name: bucket.name,
    location: bucket.zone,
    url: bucketUrl(context, exchange, bucket),
    created: new Date(bucket.created).toISOString(),
  }));
  sendJson(exchange, 200, { count: own.length, buckets });
}

/** `GET /?location`: the zones there are, for anyone. */
export async function listLocations({ context, exchange }: Call): Promise<void> {
  const zones = new Set([context.zone, ...context.store.buckets.list().map((bucket) => bucket.zone)]);
  const locations = [...zones].sort().map((id) => ({ id, name: id, endpoint: `${id}.${context.baseHost}` }));
  sendJson(exchange, 200, { locations });
}
