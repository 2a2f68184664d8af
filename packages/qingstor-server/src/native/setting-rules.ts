import { isIP } from 'node:net';
import { listOf } from '../access/policy.ts';
import { QingStorServerError } from '../errors.ts';
import { isRecord } from '../http/json.ts';

type Body = Record<string, unknown>;
const MOST_RULES = 100;

function bad(why: string): QingStorServerError {
  return new QingStorServerError('invalid_argument', why);
}

function must(holds: boolean, why: string): asserts holds {
  if (!holds) throw bad(why);
}

function records(value: unknown, name: string): Body[] {
  must(Array.isArray(value) && value.every(isRecord), `${name} must be a list of objects.`);
  must(value.length <= MOST_RULES, `${name} has at most ${MOST_RULES} entries.`);
  return value;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
const isTextOrTexts = (value: unknown): value is string | string[] =>
  isText(value) || (isTexts(value) && value.length > 0);
const isDays = (value: unknown, least: number) => Number.isSafeInteger(value) && Number(value) >= least;

function checkIds(rules: readonly Body[], longest: number, name: string): void {
  const ids = rules.map(({ id }) => id);
  must(
    ids.every((id) => isText(id) && id.length <= longest),
    `Every ${name} needs an id of at most ${longest} characters.`,
  );
  must(new Set(ids).size === ids.length, `Two entries of ${name} have the same id.`);
}

function checkCors({ cors_rules }: Body): void {
  for (const rule of records(cors_rules, 'cors_rules')) {
    must(isText(rule.allowed_origin), 'A CORS rule needs allowed_origin.');
    must(isTexts(rule.allowed_methods) && rule.allowed_methods.length > 0, 'A CORS rule needs allowed_methods.');
    for (const name of ['allowed_headers', 'expose_headers'])
      must(rule[name] === undefined || rule[name] === null || isTexts(rule[name]), `${name} must be a list of texts.`);
  }
}

function checkRanges(values: unknown): void {
  must(isTextOrTexts(values), 'source_ip must be an address or a list of them.');
  for (const range of listOf(values)) {
    const [network = '', bits] = range.split('/');
    const most = isIP(network) === 6 ? 128 : 32;
    must(
      isIP(network) !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)),
      `${range} is no range of addresses.`,
    );
  }
}

const OPERATORS = ['string_like', 'string_not_like', 'ip_address', 'not_ip_address', 'is_null'];

function checkCondition(condition: unknown): void {
  if (condition === undefined || condition === null) return;
  must(isRecord(condition), 'condition must be an object.');
  for (const [operator, keys] of Object.entries(condition)) {
    must(OPERATORS.includes(operator) && isRecord(keys), `There is no condition ${operator}.`);
    for (const [key, values] of Object.entries(keys)) {
      if (operator.endsWith('ip_address')) {
        must(key === 'source_ip', `${operator} is about source_ip.`);
        checkRanges(values);
      } else {
        must(key.toLowerCase() === 'referer', `${operator} is about Referer.`);
        must(isTextOrTexts(values) || typeof values === 'boolean', 'Referer must be a text or a list of them.');
      }
    }
  }
}

function checkPolicy({ statement }: Body): void {
  const statements = records(statement, 'statement');
  checkIds(statements, 100, 'statement');
  for (const one of statements) {
    must(one.effect === 'allow' || one.effect === 'deny', 'effect is allow or deny.');
    must(isTextOrTexts(one.user), 'A statement needs user.');
    must(isTextOrTexts(one.action), 'A statement needs action.');
    must(
      one.resource === undefined || one.resource === null || isTextOrTexts(one.resource),
      'resource is a list of texts.',
    );
    checkCondition(one.condition);
  }
}

const LIFECYCLE_ACTIONS = [
  'expiration',
  'abort_incomplete_multipart_upload',
  'transition',
  'noncurrent_version_expiration',
  'noncurrent_version_transition',
];

function checkLifecycle({ rule }: Body): void {
  const rules = records(rule, 'rule');
  checkIds(rules, 255, 'rule');
  for (const one of rules) {
    must(one.status === 'enabled' || one.status === 'disabled', 'status is enabled or disabled.');
    must(isRecord(one.filter) && typeof one.filter.prefix === 'string', 'A rule needs filter.prefix.');
    const actions = LIFECYCLE_ACTIONS.filter((name) => isRecord(one[name]));
    must(actions.length === 1, 'A rule has one action.');
    const { expiration, transition, abort_incomplete_multipart_upload: abort } = one;
    if (isRecord(expiration)) must(isDays(expiration.days, 1), 'expiration.days is a whole number from 1.');
    if (isRecord(transition)) must(isDays(transition.days, 30), 'transition.days is a whole number from 30.');
    if (isRecord(abort))
      must(isDays(abort.days_after_initiation, 1), 'days_after_initiation is a whole number from 1.');
  }
}

/** What each kind of setting must look like; a rule throws `invalid_argument`. Source: the vendor's pages. */
export const SETTING_RULES: Readonly<Record<string, (body: Body) => void>> = {
  cors: checkCors,
  policy: checkPolicy,
  lifecycle: checkLifecycle,
  notification: ({ notifications }) => {
    for (const one of records(notifications, 'notifications')) {
      must(isText(one.id) && isTexts(one.event_types), 'A notification needs id and event_types.');
    }
  },
  replication: ({ rules }) => checkIds(records(rules, 'rules'), 255, 'rules'),
  logging: ({ target_bucket }) => must(isText(target_bucket), 'target_bucket is missing.'),
  mirror: ({ source_site }) =>
    must(isText(source_site) && /^https?:\/\//.test(source_site), 'source_site must be a URL.'),
  cname: ({ domain, type }) => must(isText(domain) && (type === undefined || isText(type)), 'domain is missing.'),
};
