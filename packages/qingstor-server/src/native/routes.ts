import type { BucketCall } from '../context.ts';
import { QingStorServerError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import { bucketStatistics, deleteBucket, deleteObjects, headBucket } from './bucket.ts';
import { postForm } from './form.ts';
import { listObjects, listUploads, listVersions } from './listing.ts';
import { abortUpload, finishUpload, initiateUpload, listParts, uploadPart } from './multipart.ts';
import { appendObject, deleteObject, getObject, processImage, putObject } from './object.ts';
import {
  deleteCname,
  deleteSetting,
  getAcl,
  getCname,
  getSetting,
  getVersioning,
  type KeptSetting,
  putAcl,
  putCname,
  putSetting,
  putVersioning,
} from './settings.ts';

export interface Route {
  /** Name in policies; null where the handler decides by itself. */
  action: string | null;
  run(call: BucketCall): Promise<void>;
}

const route = (action: string | null, run: Route['run']): Route => ({ action, run });

function settingRoutes(kind: KeptSetting): [string, Route][] {
  return [
    [`GET ${kind}`, route(`get_bucket_${kind}`, getSetting(kind))],
    [`PUT ${kind}`, route(`put_bucket_${kind}`, putSetting(kind))],
    [`DELETE ${kind}`, route(`delete_bucket_${kind}`, deleteSetting(kind))],
  ];
}

const SETTINGS: readonly KeptSetting[] = [
  ...(['cors', 'policy', 'lifecycle', 'notification', 'logging', 'replication', 'mirror'] as const),
];

/** By method and sub-resource. */
const BUCKET: ReadonlyMap<string, Route> = new Map([
  ['GET ', route('list_objects', listObjects)],
  ['HEAD ', route('head_bucket', headBucket)],
  ['DELETE ', route('delete_bucket', deleteBucket)],
  ['POST ', route(null, postForm)],
  ['GET stats', route('get_bucket_stats', bucketStatistics)],
  ['POST delete', route(null, deleteObjects)],
  ['GET uploads', route('list_multipart_uploads', listUploads)],
  ['GET acl', route('get_bucket_acl', getAcl)],
  ['PUT acl', route('put_bucket_acl', putAcl)],
  ['GET cname', route('get_bucket_cname', getCname)],
  ['PUT cname', route('put_bucket_cname', putCname)],
  ['DELETE cname', route('delete_bucket_cname', deleteCname)],
  ['GET versioning', route('get_bucket_versioning', getVersioning)],
  ['PUT versioning', route('put_bucket_versioning', putVersioning)],
  ['GET versions', route('list_objects', listVersions)],
  ...SETTINGS.flatMap(settingRoutes),
]);

const OBJECT: ReadonlyMap<string, Route> = new Map([
  ['GET ', route('get_object', getObject)],
  ['HEAD ', route('head_object', getObject)],
  ['PUT ', route('create_object', putObject)],
  ['DELETE ', route('delete_object', deleteObject)],
  ['GET image', route('get_object', processImage)],
  ['POST append', route('create_object', appendObject)],
  ['POST uploads', route('initiate_multipart_upload', initiateUpload)],
  ['PUT upload_id', route('upload_object_part', uploadPart)],
  ['GET upload_id', route('list_object_parts', listParts)],
  ['POST upload_id', route('complete_multipart_upload', finishUpload)],
  ['DELETE upload_id', route('abort_multipart_upload', abortUpload)],
]);

function subResources(table: ReadonlyMap<string, Route>): string[] {
  return [...new Set([...table.keys()].map((name) => name.slice(name.indexOf(' ') + 1)))].filter((name) => name !== '');
}

const BUCKET_SUBS = subResources(BUCKET);
const OBJECT_SUBS = subResources(OBJECT);

/** What a native request about a bucket or an object asks for. Throws `method_not_allowed`. */
export function findRoute(exchange: Exchange): Route {
  const isObject = exchange.address.key !== '';
  const sub = (isObject ? OBJECT_SUBS : BUCKET_SUBS).find((name) => exchange.query.has(name)) ?? '';
  const found = (isObject ? OBJECT : BUCKET).get(`${exchange.method} ${sub}`);
  if (!found) throw new QingStorServerError('method_not_allowed');
  return found;
}
