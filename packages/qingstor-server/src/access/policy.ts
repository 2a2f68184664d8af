import { BlockList, isIP } from 'node:net';

/** One condition operator: values by key, e.g. `{ Referer: ['*.example.com'] }`. */
type ConditionValues = Readonly<Record<string, readonly string[] | string | boolean>>;

export interface PolicyStatement {
  id?: string;
  /** User ids; `*` for everyone. Not needed in the policy of a key. */
  user?: string | readonly string[];
  /** E.g. `get_object`; `*` stands for any text. */
  action: string | readonly string[];
  effect: 'allow' | 'deny';
  /** `bucket`, `bucket/prefix*`; everything when absent. */
  resource?: string | readonly string[];
  /** `string_like`, `string_not_like`, `ip_address`, `not_ip_address`, `is_null`. */
  condition?: Readonly<Record<string, ConditionValues>>;
}

export interface PolicyQuestion {
  /** Null for an anonymous caller. */
  userId: string | null;
  action: string;
  /** `bucket` or `bucket/key`; '' for what concerns no bucket. */
  resource: string;
  referer: string | undefined;
  address: string;
}

/** The vendor's swagger and its pages name some actions differently. */
const ALIASES: Readonly<Record<string, string>> = {
  list_multipart: 'list_object_parts',
  upload_multipart: 'upload_object_part',
  abort_multipart: 'abort_multipart_upload',
  initiate_multipart: 'initiate_multipart_upload',
  complete_multipart: 'complete_multipart_upload',
};

export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

/** `*` stands for any text. Time grows with the product of the lengths, whatever the pattern. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function inRanges(ranges: readonly string[], address: string): boolean {
  const family = (text: string) => (isIP(text) === 6 ? 'ipv6' : 'ipv4');
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits] = range.split('/');
    if (isIP(network) === 0) continue;
    if (bits === undefined) list.addAddress(network, family(network));
    else list.addSubnet(network, Number(bits), family(network));
  }
  return isIP(address) !== 0 && list.check(address, family(address));
}

/** All operators and keys must hold; of the values of one key, any. */
function conditionHolds(condition: PolicyStatement['condition'], question: PolicyQuestion): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, raw]) => {
      const values = typeof raw === 'boolean' ? [String(raw)] : listOf(raw);
      const isReferer = key.toLowerCase() === 'referer';
      switch (operator) {
        case 'string_like':
          return isReferer && values.some((value) => matchesPattern(value, question.referer ?? ''));
        case 'string_not_like':
          return isReferer && !values.some((value) => matchesPattern(value, question.referer ?? ''));
        case 'is_null':
          return isReferer && values.some((value) => (value === 'true') === (question.referer === undefined));
        case 'ip_address':
          return key === 'source_ip' && inRanges(values, question.address);
        case 'not_ip_address':
          return key === 'source_ip' && !inRanges(values, question.address);
        default:
          return false;
      }
    }),
  );
}

function namesUser(statement: PolicyStatement, userId: string | null): boolean {
  return listOf(statement.user).some((user) => user === '*' || (userId !== null && user === userId));
}

/** What the first matching statement says, in their order; undefined when none matches. Source: the vendor's page. */
export function askPolicy(
  statements: readonly PolicyStatement[],
  question: PolicyQuestion,
  whom: 'named-users' | 'everyone' = 'named-users',
): 'allow' | 'deny' | undefined {
  return statements.find(
    (statement) =>
      (whom === 'everyone' || namesUser(statement, question.userId)) &&
      listOf(statement.action).some((action) => matchesPattern(ALIASES[action] ?? action, question.action)) &&
      (statement.resource === undefined ||
        listOf(statement.resource).some((resource) => matchesPattern(resource, question.resource))) &&
      conditionHolds(statement.condition, question),
  )?.effect;
}
