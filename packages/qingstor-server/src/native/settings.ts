import { type Grant, readGrants } from '../access/acl.ts';
import type { BucketCall } from '../context.ts';
import { type ErrorCode, QingStorServerError } from '../errors.ts';
import { sendEmpty, sendJson } from '../http/answers.ts';
import { readJson } from '../http/body.ts';
import { isRecord } from '../http/json.ts';
import type { SettingKind } from '../store/records.ts';
import { SETTING_RULES } from './setting-rules.ts';

async function readObject({ context, exchange }: BucketCall): Promise<Record<string, unknown>> {
  const body = await readJson(exchange, context.idleMs);
  if (!isRecord(body)) throw new QingStorServerError('invalid_json', 'The body must be a JSON object.');
  return body;
}

export async function getAcl({ context, exchange, bucket }: BucketCall): Promise<void> {
  const grants = context.store.buckets.setting<Grant[]>(bucket, 'acl') ?? [];
  const acl = grants.map(({ grantee, permission }) => ({
    grantee: grantee.type === 'user' ? { ...grantee, name: grantee.name ?? grantee.id } : grantee,
    permission,
  }));
  sendJson(exchange, 200, { owner: { id: bucket.owner, name: bucket.owner }, acl });
}

export async function putAcl(call: BucketCall): Promise<void> {
  const { acl } = await readObject(call);
  await call.context.store.buckets.putSetting(call.bucket, 'acl', readGrants(acl));
  sendEmpty(call.exchange, 200);
}

/** Settings that are kept as they come and given back: CORS, policy, lifecycle, notification, logging, … */
export type KeptSetting = Exclude<SettingKind, 'acl' | 'versioning' | 'cname'>;

export function getSetting(kind: KeptSetting) {
  return async ({ context, exchange, bucket }: BucketCall): Promise<void> => {
    const value = context.store.buckets.setting(bucket, kind);
    if (value === undefined) throw new QingStorServerError(`${kind}_not_exists` satisfies ErrorCode);
    sendJson(exchange, 200, value);
  };
}

export function putSetting(kind: KeptSetting) {
  return async (call: BucketCall): Promise<void> => {
    const body = await readObject(call);
    SETTING_RULES[kind]?.(body);
    await call.context.store.buckets.putSetting(call.bucket, kind, body);
    sendEmpty(call.exchange, 200);
  };
}

export function deleteSetting(kind: KeptSetting) {
  return async ({ context, exchange, bucket }: BucketCall): Promise<void> => {
    await context.store.buckets.deleteSetting(bucket, kind);
    sendEmpty(exchange, 204);
  };
}

interface Cname {
  domain: string;
  type: string;
}

export async function getCname({ context, exchange, bucket }: BucketCall): Promise<void> {
  const type = exchange.query.get('type');
  const all = context.store.buckets.setting<Cname[]>(bucket, 'cname') ?? [];
  const records = all.filter((record) => !type || record.type === type);
  sendJson(exchange, 200, { cname_records: records, count: records.length });
}

export async function putCname(call: BucketCall): Promise<void> {
  const { context, bucket } = call;
  const body = await readObject(call);
  SETTING_RULES.cname?.(body);
  const record = { domain: String(body.domain).toLowerCase(), type: String(body.type ?? 'normal') };
  const { buckets } = context.store;
  const others = buckets.list().filter(({ id }) => id !== bucket.id);
  const isTaken = others.some((other) =>
    buckets.setting<Cname[]>(other, 'cname')?.some(({ domain }) => domain === record.domain),
  );
  if (isTaken) throw new QingStorServerError('cname_error');
  const kept = (buckets.setting<Cname[]>(bucket, 'cname') ?? []).filter(({ domain }) => domain !== record.domain);
  await buckets.putSetting(bucket, 'cname', [...kept, record]);
  sendEmpty(call.exchange, 200);
}

export async function deleteCname(call: BucketCall): Promise<void> {
  const body = await readObject(call);
  const { buckets } = call.context.store;
  const all = buckets.setting<Cname[]>(call.bucket, 'cname') ?? [];
  const left = all.filter(({ domain }) => domain !== String(body.domain).toLowerCase());
  if (left.length === all.length) throw new QingStorServerError('cname_not_exists');
  await buckets.putSetting(call.bucket, 'cname', left);
  sendEmpty(call.exchange, 204);
}

export async function getVersioning({ context, exchange, bucket }: BucketCall): Promise<void> {
  const status = context.store.buckets.setting<string>(bucket, 'versioning') ?? 'DISABLED';
  sendJson(exchange, 200, { status });
}

/** Refuses to pretend: what would not be kept must not be promised. */
export async function putVersioning(call: BucketCall): Promise<void> {
  const { status } = await readObject(call);
  if (status === 'ENABLED') throw new QingStorServerError('not_implemented', 'This server keeps no versions.');
  if (status !== 'SUSPENDED') throw new QingStorServerError('invalid_argument', 'status is ENABLED or SUSPENDED.');
  await call.context.store.buckets.putSetting(call.bucket, 'versioning', status);
  sendEmpty(call.exchange, 200);
}
