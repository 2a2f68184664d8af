import { authorize, checkKeyPolicy } from '../access/authorize.ts';
import { askedBucket, type Call, findBucket, questionOf, rulesOf } from '../context.ts';
import { type CorsRule, corsHeaders, preflightHeaders } from '../core/cors.ts';
import { QingStorServerError } from '../errors.ts';
import { sendEmpty } from '../http/answers.ts';
import { makeBucket } from './bucket.ts';
import { findRoute } from './routes.ts';
import { listBuckets, listLocations } from './service.ts';

/**
 * An unsigned HEAD of a bucket on a host that names no zone is how the vendor's tools ask where the bucket is. Only HEAD
 * is ever redirected: clients lose the body of a PUT, or turn it into a GET.
 */
function redirectToZone({ context, exchange, principal }: Call): boolean {
  const { address, method, requestId } = exchange;
  const fromHost = address.isVirtualHost && address.ambiguousLabel !== undefined;
  if (method !== 'HEAD' || principal.userId !== null || !address.bucket || !(address.isGlobal || fromHost))
    return false;
  const bucket = findBucket(context, address.bucket);
  const zoneHost = `${bucket.zone}.${context.baseHost}${address.port}`;
  const location = fromHost
    ? `http://${bucket.name}.${zoneHost}${address.target}`
    : `http://${zoneHost}${address.target}`;
  sendEmpty(exchange, fromHost ? 307 : 301, { Location: location, 'x-qs-request-id': requestId });
  return true;
}

async function handleService(call: Call): Promise<void> {
  const { exchange, principal } = call;
  if (exchange.method === 'HEAD' && exchange.address.ambiguousLabel !== undefined) {
    throw new QingStorServerError('bucket_not_exists');
  }
  if (exchange.method !== 'GET') throw new QingStorServerError('method_not_allowed');
  if (exchange.query.has('location')) return listLocations(call);
  if (principal.userId === null) throw new QingStorServerError('permission_denied');
  checkKeyPolicy(principal, questionOf(call, 'list_buckets', ''));
  return listBuckets(call);
}

/** Answers one request of QingStor's own API. */
export async function handleNative(call: Call): Promise<void> {
  const { context, exchange, principal } = call;
  const { bucket: name, key } = exchange.address;
  if (name === undefined) return handleService(call);
  if (redirectToZone(call)) return;
  if (exchange.method === 'PUT' && key === '' && exchange.query.size === 0) {
    if (principal.userId === null) throw new QingStorServerError('permission_denied');
    checkKeyPolicy(principal, questionOf(call, 'create_bucket', name));
    await makeBucket(call, name);
    sendEmpty(exchange, 201);
    return;
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
  const route = findRoute(exchange);
  if (route.action !== null) {
    const question = questionOf(call, route.action, key === '' ? name : `${name}/${key}`);
    authorize(principal, bucket, rulesOf(context, bucket), question);
  }
  await route.run({ ...call, bucket, key });
}
