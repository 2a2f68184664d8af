import { listOf, matchesPattern } from '../access/policy.ts';
import type { AnswerHeaders } from '../http/answers.ts';
import type { Exchange } from '../http/exchange.ts';

export interface CorsRule {
  allowed_origin: string;
  allowed_methods: string[];
  allowed_headers?: string[];
  expose_headers?: string[];
  max_age_seconds?: number;
}

function findRule(
  rules: readonly CorsRule[],
  origin: string,
  method: string,
  headers: readonly string[],
): CorsRule | undefined {
  return rules.find(
    (rule) =>
      matchesPattern(rule.allowed_origin.toLowerCase(), origin.toLowerCase()) &&
      rule.allowed_methods.some((allowed) => allowed === '*' || allowed === method) &&
      headers.every((header) =>
        listOf(rule.allowed_headers).some((allowed) => matchesPattern(allowed.toLowerCase(), header.toLowerCase())),
      ),
  );
}

function answer(rule: CorsRule, origin: string): AnswerHeaders {
  const headers: AnswerHeaders = {
    'Access-Control-Allow-Origin': rule.allowed_origin === '*' ? '*' : origin,
    Vary: 'Origin',
  };
  if (rule.expose_headers?.length) headers['Access-Control-Expose-Headers'] = rule.expose_headers.join(', ');
  return headers;
}

/** Headers for the answer of a request that a page of another origin makes; none when no rule allows it. */
export function corsHeaders(rules: readonly CorsRule[], exchange: Exchange): AnswerHeaders {
  const origin = exchange.header('origin');
  if (origin === undefined) return {};
  const rule = findRule(rules, origin, exchange.method, []);
  return rule ? answer(rule, origin) : {};
}

/** The answer of a preflight request, or null when no rule allows what it asks for. */
export function preflightHeaders(rules: readonly CorsRule[], exchange: Exchange): AnswerHeaders | null {
  const origin = exchange.header('origin');
  const method = exchange.header('access-control-request-method');
  if (origin === undefined || method === undefined) return null;
  const wanted = (exchange.header('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const rule = findRule(rules, origin, method, wanted);
  if (!rule) return null;
  return {
    ...answer(rule, origin),
    'Access-Control-Allow-Methods': method,
    ...(wanted.length > 0 && { 'Access-Control-Allow-Headers': wanted.join(', ') }),
    ...(rule.max_age_seconds !== undefined && { 'Access-Control-Max-Age': rule.max_age_seconds }),
  };
}
