import type { BucketCall } from '../context.ts';
import { QingStorServerError } from '../errors.ts';
import { sendJson } from '../http/answers.ts';
import type { Exchange } from '../http/exchange.ts';

const DEFAULT_LIMIT = 100;
const LARGEST_LIMIT = 1000;
const DEFAULT_UPLOADS = 200;

function pageRequest(exchange: Exchange, marker: string, fallback: number) {
  const limit = exchange.integer('limit', fallback);
  return {
    prefix: exchange.query.get('prefix') ?? '',
    delimiter: exchange.query.get('delimiter') ?? '',
    marker: exchange.query.get(marker) ?? '',
    limit: Math.min(limit === 0 ? fallback : limit, LARGEST_LIMIT),
  };
}

/** `GET /bucket`. `next_marker` is there whenever `has_more` is, and may be a common prefix. */
export async function listObjects({ context, exchange, bucket }: BucketCall): Promise<void> {
  const request = pageRequest(exchange, 'marker', DEFAULT_LIMIT);
  const page = context.store.listing.objects(bucket.id, request);
  sendJson(exchange, 200, {
    name: bucket.name,
    owner: { id: bucket.owner, name: bucket.owner },
    ...request,
    next_marker: page.nextMarker,
    has_more: page.hasMore,
    keys: page.items.map((object) => ({
      key: object.key,
      size: object.size,
      etag: `"${object.etag}"`,
      mime_type: object.mime,
      modified: Math.floor(object.modified / 1000),
      created: new Date(object.modified).toISOString(),
      encrypted: object.details.customerKey !== undefined,
      storage_class: object.storageClass,
    })),
    common_prefixes: page.commonPrefixes,
  });
}

/** `GET ?uploads`. */
export async function listUploads({ context, exchange, bucket }: BucketCall): Promise<void> {
  const request = pageRequest(exchange, 'key_marker', DEFAULT_UPLOADS);
  const idMarker = exchange.query.get('upload_id_marker') ?? '';
  const page = context.store.uploads.list(bucket.id, { ...request, idMarker });
  const last = page.items.at(-1);
  const { marker, ...rest } = request;
  sendJson(exchange, 200, {
    name: bucket.name,
    ...rest,
    marker,
    key_marker: marker,
    next_key_marker: page.nextMarker,
    next_upload_id_marker: page.hasMore && last?.key === page.nextMarker ? last.id : '',
    has_more: page.hasMore,
    uploads: page.items.map(({ key, id, created }) => ({
      key,
      upload_id: id,
      created: new Date(created).toISOString(),
    })),
    common_prefixes: page.commonPrefixes,
  });
}

/** `GET ?versions` of a bucket whose versioning was never enabled. */
export async function listVersions(): Promise<void> {
  throw new QingStorServerError('not_implemented', 'This server keeps no versions.');
}
