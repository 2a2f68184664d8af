import { ALL_USERS, type Grant } from '../access/acl.ts';
import type { BucketCall } from '../context.ts';
import type { CorsRule } from '../core/cors.ts';
import { QingStorServerError } from '../errors.ts';
import { sendEmpty } from '../http/answers.ts';
import { isRecord } from '../http/json.ts';
import { SETTING_RULES } from '../native/setting-rules.ts';
import { sendDocument } from './answers.ts';
import { readSmallBody } from './payload.ts';
import { elements, parseXml, textOf } from './xml.ts';

const texts = (values: readonly unknown[]) => values.map(textOf).filter((value) => value !== undefined);

export async function getCors({ context, exchange, bucket }: BucketCall): Promise<void> {
  const rules = context.store.buckets.setting<{ cors_rules: CorsRule[] }>(bucket, 'cors')?.cors_rules;
  if (!rules) throw new QingStorServerError('cors_not_exists');
  sendDocument(exchange, 'CORSConfiguration', {
    CORSRule: rules.map((rule) => ({
      AllowedOrigin: rule.allowed_origin,
      AllowedMethod: rule.allowed_methods,
      AllowedHeader: rule.allowed_headers ?? [],
      ExposeHeader: rule.expose_headers ?? [],
      ...(rule.max_age_seconds !== undefined && { MaxAgeSeconds: rule.max_age_seconds }),
    })),
  });
}

/** S3 has several origins in one rule; each becomes a rule. */
export async function putCors(call: BucketCall): Promise<void> {
  const document = parseXml(await readSmallBody(call), 'CORSConfiguration');
  const rules = elements(document, 'CORSRule')
    .filter(isRecord)
    .flatMap((rule) =>
      texts(elements(rule, 'AllowedOrigin')).map((allowed_origin) => ({
        allowed_origin,
        allowed_methods: texts(elements(rule, 'AllowedMethod')),
        allowed_headers: texts(elements(rule, 'AllowedHeader')),
        expose_headers: texts(elements(rule, 'ExposeHeader')),
        ...(textOf(rule.MaxAgeSeconds) !== undefined && { max_age_seconds: Number(rule.MaxAgeSeconds) }),
      })),
    );
  const body = { cors_rules: rules };
  SETTING_RULES.cors?.(body);
  await call.context.store.buckets.putSetting(call.bucket, 'cors', body);
  sendEmpty(call.exchange, 200);
}

export async function deleteCors({ context, exchange, bucket }: BucketCall): Promise<void> {
  await context.store.buckets.deleteSetting(bucket, 'cors');
  sendEmpty(exchange, 204);
}

export async function getAcl({ context, exchange, bucket }: BucketCall): Promise<void> {
  const grants = context.store.buckets.setting<Grant[]>(bucket, 'acl') ?? [];
  const owner = { ID: bucket.owner, DisplayName: bucket.owner };
  sendDocument(exchange, 'AccessControlPolicy', {
    Owner: owner,
    AccessControlList: {
      Grant: grants.map(({ grantee, permission }) => ({
        Grantee:
          grantee.type === 'user'
            ? { ID: grantee.id, DisplayName: grantee.name ?? grantee.id }
            : { URI: 'http://acs.amazonaws.com/groups/global/AllUsers' },
        Permission: permission,
      })),
    },
  });
}

const CANNED: Readonly<Record<string, readonly Grant['permission'][]>> = {
  private: [],
  'public-read': ['READ'],
  'public-read-write': ['READ', 'WRITE'],
};

/** The canned ones; grants by document are for the native API. */
export async function putAcl(call: BucketCall): Promise<void> {
  const { context, exchange, bucket } = call;
  const permissions = CANNED[exchange.header('x-amz-acl') ?? ''];
  if (!permissions)
    throw new QingStorServerError('not_implemented', 'Only private, public-read and public-read-write.');
  const grants: Grant[] = [
    { grantee: { type: 'user', id: bucket.owner }, permission: 'FULL_CONTROL' },
    ...permissions.map((permission): Grant => ({ grantee: { type: 'group', name: ALL_USERS }, permission })),
  ];
  await context.store.buckets.putSetting(bucket, 'acl', grants);
  sendEmpty(exchange, 200);
}
