import { verifyQingStorForm } from '@sampan/accesskey';
import { anonymous, type Principal, userOf } from '../access/authenticate.ts';
import { authorize } from '../access/authorize.ts';
import { type BucketCall, questionOf, rulesOf } from '../context.ts';
import { readFields } from '../core/fields.ts';
import { storeObject } from '../core/objects.ts';
import { wireValue } from '../core/read-object.ts';
import { QingStorServerError } from '../errors.ts';
import { sendEmpty } from '../http/answers.ts';
import { receive } from '../http/body.ts';
import { isRecord } from '../http/json.ts';
import { type Form, readForm } from '../http/multipart-form.ts';

/** In the field `key` it stands for the name of the file. */
const FILE_NAME = '$' + '{filename}';

/** Fields that are about the form itself, and are not part of what its policy fixes. */
const FREE_FIELDS = new Set(['policy', 'signature', 'access_key_id']);

function readPolicy(policy: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(policy, 'base64').toString('utf8'));
    if (isRecord(value)) return value;
  } catch {
    // Said below.
  }
  throw new QingStorServerError('form_policy_violated', 'The policy is not base64 of a JSON object.');
}

/** Every field must be in the policy with the same value; what was signed is exactly the form that was meant. */
function checkPolicy(policy: Record<string, unknown>, fields: ReadonlyMap<string, string>, now: number): void {
  const meant = new Map(Object.entries(policy).map(([name, value]) => [name.toLowerCase(), value]));
  for (const [name, value] of fields) {
    if (FREE_FIELDS.has(name)) continue;
    if (String(meant.get(name)) !== value) {
      throw new QingStorServerError('form_policy_violated', `The field ${name} is not what the policy says.`);
    }
  }
  for (const [name, value] of meant) {
    if (name === 'expires' || name === 'expiration') {
      const at = typeof value === 'number' ? value * 1000 : Date.parse(String(value));
      if (!(at >= now)) throw new QingStorServerError('request_expired', 'The policy of the form has expired.');
    } else if (!fields.has(name) && !FREE_FIELDS.has(name)) {
      throw new QingStorServerError('form_policy_violated', `The field ${name} of the policy is missing.`);
    }
  }
}

function principalOf({ context }: BucketCall, { fields }: Form): Principal {
  const policy = fields.get('policy');
  const id = fields.get('access_key_id');
  const signature = fields.get('signature');
  if (policy === undefined && id === undefined && signature === undefined) return anonymous;
  const key = context.keys.get(id ?? '');
  if (!key || key.disabled) throw new QingStorServerError('invalid_access_key_id');
  if (!verifyQingStorForm(policy ?? '', key.secretAccessKey, signature ?? '')) {
    throw new QingStorServerError('signature_not_matched');
  }
  checkPolicy(readPolicy(policy ?? ''), fields, context.now());
  return { key, userId: userOf(key) };
}

/** `POST /bucket` with a form, as a browser sends it. 201, or 302 where the field `redirect` says. */
export async function postForm(call: BucketCall): Promise<void> {
  const { context, exchange } = call;
  const body = receive(exchange, context.idleMs);
  try {
    await answerForm(call, await readForm(exchange.header('content-type') ?? '', body));
  } finally {
    await body.return(undefined);
  }
}

async function answerForm(call: BucketCall, form: Form): Promise<void> {
  const { context, exchange, bucket } = call;
  const { fields, file } = form;
  const principal = principalOf(call, form);
  const key = (fields.get('key') ?? '').replaceAll(FILE_NAME, file.fileName);
  if (key === '' || Buffer.byteLength(key) > 1023) throw new QingStorServerError('invalid_object_name');
  const question = questionOf({ ...call, principal }, 'create_object', `${bucket.name}/${key}`);
  authorize(principal, bucket, rulesOf(context, bucket), question);
  const headers = Object.fromEntries(fields);
  const contentType = fields.get('content-type') ?? file.contentType;
  const described = readFields({ ...headers, ...(contentType && { 'content-type': contentType }) }, 'x-qs-');
  const object = await storeObject(context, { bucket, key }, described, { body: file.body, length: null });
  const redirect = fields.get('redirect');
  const etag = { ETag: wireValue(`"${object.etag}"`) };
  if (redirect === undefined) return sendEmpty(exchange, 201, etag);
  if (!/^https?:\/\/[^\s]+$/.test(redirect))
    throw new QingStorServerError('invalid_argument', 'redirect must be a URL.');
  const url = new URL(redirect);
  const outcome = { status: '201', code: 'created', message: 'created', request_id: exchange.requestId };
  for (const [name, value] of Object.entries(outcome)) url.searchParams.set(name, value);
  sendEmpty(exchange, 302, { Location: url.href, ...etag });
}
