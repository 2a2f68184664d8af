import { QingStorError } from './error.ts';
import { REMEDIES } from './remedies.ts';
import type { WireAnswer } from './transport.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object that a successful answer is. Throws `unexpected_answer`, or `not_qingstor` for a page of HTML. */
export function readJson(answer: WireAnswer): JsonRecord {
  const text = answer.body.toString('utf8');
  try {
    const body: unknown = text.trim() === '' ? {} : JSON.parse(text);
    if (isRecord(body)) return body;
  } catch {
    // Told below.
  }
  const page = /^\s*</.test(text);
  throw new QingStorError(
    page ? 'not_qingstor' : 'unexpected_answer',
    page ? `A web page was answered (${answer.status}), not by QingStor` : 'The answer is not JSON',
    { hint: page ? `${REMEDIES.proxy} ${REMEDIES.endpoint}` : REMEDIES.endpoint, httpStatus: answer.status },
  );
}

export function textOf(record: JsonRecord, name: string): string {
  const value = record[name];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** NaN where there is none. */
export function numberOf(record: JsonRecord, name: string): number {
  const value = record[name];
  return typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
}

export function recordsOf(record: JsonRecord, name: string): JsonRecord[] {
  const value = record[name];
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function textsOf(record: JsonRecord, name: string): string[] {
  const value = record[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** ISO text or whole seconds, as milliseconds since 1970 UTC. */
export function instantOf(record: JsonRecord, name: string): number | undefined {
  const value = record[name];
  const instant = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}
