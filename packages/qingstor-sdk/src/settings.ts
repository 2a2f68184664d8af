import { type Owner, readOwner } from './buckets.ts';
import { type JsonRecord, readJson, recordsOf } from './json.ts';
import type { Requests } from './requests.ts';

/** The vendor's own names inside of rules: they are stored and shown as they are. */
export type AclPermission = 'READ' | 'WRITE' | 'FULL_CONTROL';

export interface AclGrant {
  grantee: { type: 'user'; id: string; name?: string } | { type: 'group'; name: 'QS_ALL_USERS' };
  permission: AclPermission;
}

export interface CorsRule {
  /** One `*` at most. */
  allowed_origin: string;
  allowed_methods: string[];
  allowed_headers?: string[];
  expose_headers?: string[];
  max_age_seconds?: number;
}

export interface PolicyStatement {
  id: string;
  user: string | string[];
  /** E.g. `get_object`, `list_objects`. */
  action: string | string[];
  effect: 'allow' | 'deny';
  /** E.g. `my-bucket/*`. */
  resource?: string | string[];
  condition?: JsonRecord;
}

export interface LifecycleRule {
  id: string;
  status: 'enabled' | 'disabled';
  filter: { prefix: string };
  expiration?: { days: number };
  transition?: { days: number; storage_class: string | number };
  abort_incomplete_multipart_upload?: { days_after_initiation: number };
}

interface Cancel {
  signal?: AbortSignal | undefined;
}

/** One part of a bucket's settings that is read, replaced and removed whole. Reading none: `setting_not_found`. */
export interface Setting<Value> {
  get(options?: Cancel): Promise<Value>;
  put(value: Value, options?: Cancel): Promise<void>;
  delete(options?: Cancel): Promise<void>;
}

/** Settings that this client passes through as the vendor documents them. */
export type PlainSetting = 'notification' | 'logging' | 'replication' | 'mirror';

export interface BucketSettings {
  acl: {
    get(options?: Cancel): Promise<{ owner: Owner; grants: AclGrant[] }>;
    put(grants: readonly AclGrant[], options?: Cancel): Promise<void>;
  };
  cors: Setting<CorsRule[]>;
  policy: Setting<PolicyStatement[]>;
  lifecycle: Setting<LifecycleRule[]>;
  /** `ENABLED`, `SUSPENDED`, or `DISABLED` while it never was enabled. */
  versioning: {
    get(options?: Cancel): Promise<string>;
    put(status: 'ENABLED' | 'SUSPENDED', options?: Cancel): Promise<void>;
  };
  plain(name: PlainSetting): Setting<JsonRecord>;
}

export function bucketSettings(requests: Requests, bucket: string): BucketSettings {
  const query = (name: string) => [[name, '']] as const;

  async function get(name: string, { signal }: Cancel = {}): Promise<JsonRecord> {
    return readJson(await requests.send({ method: 'GET', bucket, query: query(name), expect: 200, signal }));
  }

  async function put(name: string, value: unknown, { signal }: Cancel = {}): Promise<void> {
    const headers = { 'Content-Type': 'application/json' };
    const body = Buffer.from(JSON.stringify(value));
    await requests.send({ method: 'PUT', bucket, query: query(name), headers, body, expect: 200, signal });
  }

  async function remove(name: string, { signal }: Cancel = {}): Promise<void> {
    await requests.send({ method: 'DELETE', bucket, query: query(name), expect: 204, signal });
  }

  function list<Rule>(name: string, member: string): Setting<Rule[]> {
    return {
      get: async (options) => recordsOf(await get(name, options), member) as Rule[],
      put: (rules, options) => put(name, { [member]: rules }, options),
      delete: (options) => remove(name, options),
    };
  }

  return {
    acl: {
      async get(options) {
        const body = await get('acl', options);
        return { owner: readOwner(body.owner), grants: recordsOf(body, 'acl') as unknown as AclGrant[] };
      },
      put: (grants, options) => put('acl', { acl: grants }, options),
    },
    cors: list('cors', 'cors_rules'),
    policy: list('policy', 'statement'),
    lifecycle: list('lifecycle', 'rule'),
    versioning: {
      get: async (options) => String((await get('versioning', options)).status ?? 'DISABLED'),
      put: (status, options) => put('versioning', { status }, options),
    },
    plain: (name) => ({
      get: (options) => get(name, options),
      put: (value, options) => put(name, value, options),
      delete: (options) => remove(name, options),
    }),
  };
}
