import type { BucketCall } from '../context.ts';
import { QingStorServerError } from '../errors.ts';
import { type AnswerHeaders, sendEmpty } from '../http/answers.ts';
import type { ObjectRecord } from '../store/records.ts';
import { judge, readConditions } from './conditions.ts';
import { type CustomerKey, mustFit } from './customer-key.ts';
import { deliver } from './deliver.ts';
import { readRange } from './range.ts';

const OVERRIDES: Readonly<Record<string, string>> = {
  'response-expires': 'Expires',
  'response-cache-control': 'Cache-Control',
  'response-content-type': 'Content-Type',
  'response-content-language': 'Content-Language',
  'response-content-encoding': 'Content-Encoding',
  'response-content-disposition': 'Content-Disposition',
};

/** A header's value as Node wants it: its bytes, as Latin-1. */
export function wireValue(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function overrides({ exchange, principal }: BucketCall): AnswerHeaders {
  const headers: AnswerHeaders = {};
  for (const [parameter, name] of Object.entries(OVERRIDES)) {
    const value = exchange.query.get(parameter);
    if (value === undefined) continue;
    if (principal.userId === null) {
      throw new QingStorServerError('permission_denied', 'Only a signed request may change the headers of the answer.');
    }
    if (/\p{Cc}/u.test(value))
      throw new QingStorServerError('invalid_argument', `${parameter} holds a control character.`);
    headers[name] = wireValue(value);
  }
  return headers;
}

function headersOf(object: ObjectRecord): AnswerHeaders {
  const headers: AnswerHeaders = {
    ETag: wireValue(`"${object.etag}"`),
    'Last-Modified': new Date(object.modified).toUTCString(),
    'Accept-Ranges': 'bytes',
    'Content-Type': wireValue(object.mime),
  };
  for (const [name, value] of Object.entries(object.details.headers ?? {})) headers[name] = wireValue(value);
  return headers;
}

/** Answers a GET or HEAD: conditions, one range, overrides. `own` are the headers of the protocol. */
export async function answerObject(
  call: BucketCall,
  object: ObjectRecord,
  options: { own: AnswerHeaders; customerKey: CustomerKey | undefined },
): Promise<void> {
  const { context, exchange } = call;
  const { store } = context;
  const { customerKey } = object.details;
  // The key is needed for the bytes; whether they are there may be asked without.
  if (exchange.method !== 'HEAD' || options.customerKey) mustFit(customerKey, options.customerKey);
  // The type of an object is one header whatever its case, so that an override replaces it.
  const headers: AnswerHeaders = { ...headersOf(object), ...options.own };
  for (const [name, value] of Object.entries(overrides(call))) {
    delete headers[name.toLowerCase()];
    headers[name] = value;
  }
  const verdict = judge(
    readConditions((name) => exchange.header(name)),
    object,
  );
  if (verdict === 'failed') throw new QingStorServerError('precondition_failed');
  if (verdict === 'not-modified') {
    sendEmpty(exchange, 304, headers);
    return;
  }
  const part = readRange(exchange.header('range'), object.size);
  const range = part ?? { start: 0, end: object.size };
  const status = part ? 206 : 200;
  headers['Content-Length'] = range.end - range.start;
  if (part) headers['Content-Range'] = `bytes ${part.start}-${part.end - 1}/${object.size}`;
  if (exchange.method === 'HEAD' || range.end === range.start) {
    sendEmpty(exchange, status, headers);
    return;
  }
  const { response } = exchange;
  await deliver(store, response, store.objects.openObject(object), range, {
    key: options.customerKey,
    idleMs: context.idleMs,
    writeHead: () => response.writeHead(status, headers),
  });
}
