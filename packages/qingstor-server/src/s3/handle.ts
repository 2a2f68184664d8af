import { authorize, checkKeyPolicy } from '../access/authorize.ts';
import { askedBucket, type BucketCall, type Call, questionOf, rulesOf } from '../context.ts';
import { type CorsRule, corsHeaders, preflightHeaders } from '../core/cors.ts';
import { QingStorServerError } from '../errors.ts';
import { sendEmpty } from '../http/answers.ts';
import type { Exchange } from '../http/exchange.ts';
import {
  createBucket,
  deleteBucket,
  deleteObjects,
  getLocation,
  getVersioning,
  headBucket,
  listBuckets,
} from './bucket.ts';
import { listObjectsV1, listObjectsV2, listUploads } from './listing.ts';
import { abortUpload, completeMultipart, createUpload, listParts, uploadPart } from './multipart.ts';
import { deleteObject, getObject, putObject } from './object.ts';
import { deleteCors, getAcl, getCors, putAcl, putCors } from './settings.ts';

interface Route {
  action: string | null;
  run(call: BucketCall): Promise<void>;
}

const route = (action: string | null, run: Route['run']): Route => ({ action, run });

/** By method and sub-resource. */
const BUCKET: ReadonlyMap<string, Route> = new Map([
  ['GET ', route('list_objects', listObjectsV1)],
  ['GET list-type', route('list_objects', listObjectsV2)],
  ['HEAD ', route('head_bucket', headBucket)],
  ['DELETE ', route('delete_bucket', deleteBucket)],
  ['GET location', route('head_bucket', getLocation)],
  ['GET versioning', route('get_bucket_versioning', getVersioning)],
  ['GET uploads', route('list_multipart_uploads', listUploads)],
  ['POST delete', route(null, deleteObjects)],
  ['GET cors', route('get_bucket_cors', getCors)],
  ['PUT cors', route('put_bucket_cors', putCors)],
  ['DELETE cors', route('delete_bucket_cors', deleteCors)],
  ['GET acl', route('get_bucket_acl', getAcl)],
  ['PUT acl', route('put_bucket_acl', putAcl)],
]);

const OBJECT: ReadonlyMap<string, Route> = new Map([
  ['GET ', route('get_object', getObject)],
  ['HEAD ', route('head_object', getObject)],
  ['PUT ', route('create_object', putObject)],
  ['DELETE ', route('delete_object', deleteObject)],
  ['POST uploads', route('initiate_multipart_upload', createUpload)],
  ['PUT uploadId', route('upload_object_part', uploadPart)],
  ['GET uploadId', route('list_object_parts', listParts)],
  ['POST uploadId', route('complete_multipart_upload', completeMultipart)],
  ['DELETE uploadId', route('abort_multipart_upload', abortUpload)],
]);

/** Everything that S3 calls a sub-resource; one that is not in the tables must not fall back to the plain operation. */
const SUB_RESOURCES = [
  ...[
    'accelerate',
    'acl',
    'analytics',
    'attributes',
    'cors',
    'delete',
    'encryption',
    'intelligent-tiering',
    'inventory',
  ],
  ...[
    'legal-hold',
    'lifecycle',
    'list-type',
    'location',
    'logging',
    'metrics',
    'notification',
    'object-lock',
    'policy',
  ],
  ...[
    'policyStatus',
    'publicAccessBlock',
    'ownershipControls',
    'replication',
    'requestPayment',
    'restore',
    'retention',
  ],
  ...['select', 'tagging', 'torrent', 'uploadId', 'uploads', 'versionId', 'versioning', 'versions', 'website'],
];

function findRoute(exchange: Exchange): Route {
  const sub = SUB_RESOURCES.find((name) => exchange.query.has(name)) ?? '';
  const found = (exchange.address.key === '' ? BUCKET : OBJECT).get(`${exchange.method} ${sub}`);
  if (found) return found;
  throw sub === ''
    ? new QingStorServerError('method_not_allowed')
    : new QingStorServerError('not_implemented', `This server does not do ${exchange.method} ?${sub} on the S3 side.`);
}

/** Answers one request of the S3 API, for the same buckets and objects. */
export async function handleS3(call: Call): Promise<void> {
  const { context, exchange, principal } = call;
  const { bucket: name, key } = exchange.address;
  if (name === undefined) {
    if (exchange.method !== 'GET') throw new QingStorServerError('method_not_allowed');
    if (principal.userId === null) throw new QingStorServerError('permission_denied');
    checkKeyPolicy(principal, questionOf(call, 'list_buckets', ''));
    return listBuckets(call);
  }
  const isPlain = !SUB_RESOURCES.some((sub) => exchange.query.has(sub));
  if (exchange.method === 'PUT' && key === '' && isPlain) {
    if (principal.userId === null) throw new QingStorServerError('permission_denied');
    checkKeyPolicy(principal, questionOf(call, 'create_bucket', name));
    return createBucket(call, name);
  }
  const bucket = askedBucket(call, name);
  const rules = context.store.buckets.setting<{ cors_rules: CorsRule[] }>(bucket, 'cors')?.cors_rules ?? [];
  if (exchange.method === 'OPTIONS') {
    const headers = preflightHeaders(rules, exchange);
    if (!headers) throw new QingStorServerError('permission_denied', 'No CORS rule of the bucket allows this.');
    sendEmpty(exchange, 200, headers);
    return;
  }
  for (const [header, value] of Object.entries(corsHeaders(rules, exchange)))
    exchange.response.setHeader(header, value);
  const found = findRoute(exchange);
  if (found.action !== null) {
    const question = questionOf(call, found.action, key === '' ? name : `${name}/${key}`);
    authorize(principal, bucket, rulesOf(context, bucket), question);
  }
  await found.run({ ...call, bucket, key });
}
