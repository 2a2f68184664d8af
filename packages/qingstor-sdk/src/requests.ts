import { formatQingStorDate, percentEncode, percentEncodePath, signQingStorHeaders } from '@sampan/accesskey';
import { type Asked, headerOf, isForeignPage, redirectedZone, refusalOf, wrongZone } from './answer.ts';
import { type QingStorCredentials, resolveCredentials } from './credentials.ts';
import { bucketOrigin, type Endpoint, globalOrigin, readEndpoint, zoneOrigin } from './endpoint.ts';
import { isQingStorError, QingStorError } from './error.ts';
import { type QingStorOptions, retriesOf } from './options.ts';
import { mayRetry, pause, pauseBefore } from './retry.ts';
import { startTally, type Tally } from './tally.ts';
import { type BodyReceiver, createTransport, type Transport, type WireAnswer, type WireRequest } from './transport.ts';
import { transportError } from './transport-error.ts';

export type RequestHeaders = Record<string, string | undefined>;

/** A body that can be sent as often as needed. */
export interface RepeatableBody {
  size: number;
  /** From the beginning, once for every attempt. What is not asynchronous is not expected to fail. */
  open(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** One operation, before it is signed. */
export interface QingStorCall {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** None: the service itself. */
  bucket?: string | undefined;
  key?: string | undefined;
  /** In order; '' is a name without value. Names are not encoded, values are. */
  query?: readonly (readonly [name: string, value: string])[] | undefined;
  headers?: RequestHeaders | undefined;
  body?: Uint8Array | RepeatableBody | undefined;
  /** The one status that is a success, or several. */
  expect: number | readonly number[];
  signal?: AbortSignal | undefined;
  /** Where to send it instead, unsigned and about the bucket itself, when not to the bucket's own host; `bucketInHost` when the host names the bucket already. */
  origin?: string | undefined;
  bucketInHost?: boolean | undefined;
  /** Without a signature, even with keys. */
  unsigned?: boolean | undefined;
  /** Called before the request is sent again: what was asked may have been done already when `mayBeDone`. */
  onRetry?: ((error: QingStorError, mayBeDone: boolean) => void) | undefined;
}

/** Sends calls: addresses, signs, sends again, and turns what is refused into errors. */
export interface Requests {
  readonly endpoint: Endpoint;
  readonly credentials: QingStorCredentials | null;
  readonly options: QingStorOptions;
  readonly retries: number;
  send(call: QingStorCall): Promise<WireAnswer>;
  /** One attempt, for bodies that are taken as they come; resolves with the head. */
  stream(call: QingStorCall, receiver: BodyReceiver): Promise<WireAnswer>;
  /** What was thrown by a connection, as an error of this client. */
  broken(thrown: unknown, call: QingStorCall): QingStorError;
  random(): number;
  now(): number;
  close(): Promise<void>;
}

const PLAIN_KEY = /^[A-Za-z0-9\-_.~/]*$/;

function encodeKey(key: string): string {
  return PLAIN_KEY.test(key) ? key : percentEncodePath(key);
}

export function encodeQuery(query: QingStorCall['query']): string {
  if (!query || query.length === 0) return '';
  return `?${query.map(([name, value]) => (value === '' ? name : `${name}=${percentEncode(value)}`)).join('&')}`;
}

export interface Address {
  origin: string;
  target: string;
  virtualHostBucket: string | undefined;
}

/** Where a bucket or object is, in the style that the options ask for. */
export function addressOf(endpoint: Endpoint, options: QingStorOptions, bucket = '', key = '', query = ''): Address {
  if (bucket === '') return { origin: globalOrigin(endpoint), target: `/${query}`, virtualHostBucket: undefined };
  const own = options.virtualHostStyle === true ? bucketOrigin(endpoint, bucket) : null;
  if (own !== null) return { origin: own, target: `/${encodeKey(key)}${query}`, virtualHostBucket: bucket };
  const path = key === '' ? `/${bucket}` : `/${bucket}/${encodeKey(key)}`;
  return { origin: zoneOrigin(endpoint), target: path + query, virtualHostBucket: undefined };
}

function isBytes(body: Uint8Array | RepeatableBody): body is Uint8Array {
  return body instanceof Uint8Array;
}

/** Written in pieces, so that silence is told from slowness; small ones in one. */
const PIECE = 128 * 1024;

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

/** Bodies whose own reading failed: nothing of the network, and not worth a retry. */
async function* guarded(body: AsyncIterable<Uint8Array>, failed: (error: unknown) => void) {
  try {
    yield* body;
  } catch (error) {
    failed(error);
    throw error;
  }
}

/** Failures after which the other side may have done what was asked. */
function mayBeDone(error: QingStorError): boolean {
  if (error.code === 'endpoint_unreachable') return false;
  return error.httpStatus === undefined || error.httpStatus >= 500;
}

export function createRequests(options: QingStorOptions): Requests {
  const endpoint = readEndpoint(options.endpoint, options.zone);
  const credentials = resolveCredentials(options);
  const retries = retriesOf(options);
  const transport: Transport = createTransport(options);
  const now = options.now ?? Date.now;
  const random = options.random ?? Math.random;
  const userAgent = options.userAgent ?? 'sampan-qingstor-sdk';
  const secrets = credentials ? [credentials.secretAccessKey] : [];
  const zonal = options.virtualHostStyle === true ? null : zoneOrigin(endpoint);

  function address(call: QingStorCall, query: string): Address {
    const { bucket = '', key = '' } = call;
    if (call.origin !== undefined) {
      const target = (call.bucketInHost === true ? '/' : `/${bucket}`) + query;
      return { origin: call.origin, target, virtualHostBucket: undefined };
    }
    if (zonal === null || bucket === '') return addressOf(endpoint, options, bucket, key, query);
    const path = key === '' ? `/${bucket}` : `/${bucket}/${encodeKey(key)}`;
    return { origin: zonal, target: path + query, virtualHostBucket: undefined };
  }

  function broken(thrown: unknown, call: QingStorCall, origin = address(call, '').origin): QingStorError {
    return transportError(thrown, origin, endpoint.isDefault).with({ bucket: call.bucket, key: call.key });
  }

  async function attempt(
    call: QingStorCall,
    receiver?: BodyReceiver,
    how: 'kept' | 'alone' = 'kept',
  ): Promise<WireAnswer> {
    const { method, body, signal } = call;
    const { origin, target, virtualHostBucket } = address(call, encodeQuery(call.query));
    const given = call.headers ?? {};
    const lines: string[] = ['User-Agent', userAgent];
    for (const name in given) {
      const value = given[name];
      if (value !== undefined) lines.push(name, value);
    }
    let signature = '';
    if (credentials && call.unsigned !== true) {
      const signed = signQingStorHeaders(credentials, { method, target, virtualHostBucket, headers: given }, now());
      signature = signed.Authorization ?? '';
      lines.push('Date', signed.Date ?? '', 'Authorization', signature);
    } else lines.push('Date', formatQingStorDate(now()));
    let ownFailure: { error: unknown } | null = null;
    let sent: WireRequest['body'] = null;
    const { onRequest } = options;
    const tally: Tally | null = onRequest ? startTally(call, onRequest) : null;
    if (body) {
      const size = isBytes(body) ? body.length : body.size;
      lines.push('Content-Length', String(size));
      if (isBytes(body)) sent = size <= PIECE ? body : pieces(body);
      else {
        const opened = body.open();
        sent = Symbol.asyncIterator in opened ? guarded(opened, (error) => (ownFailure = { error })) : opened;
      }
      if (tally) sent = tally.counted(sent, isBytes(body) ? body : null);
    }
    let answer: WireAnswer;
    try {
      const wire = { origin, method, target, headers: lines, body: sent, signal };
      const taker = tally && receiver ? tally.receiver(receiver) : receiver;
      answer = how === 'alone' ? await transport.sendAlone(wire) : await transport.send(wire, taker);
      tally?.answered(answer);
    } catch (error) {
      tally?.broken();
      const failure = ownFailure as { error: unknown } | null;
      if (failure) throw sourceError(failure.error);
      if (error instanceof QingStorError) throw error;
      throw broken(error, call, origin);
    }
    const { expect } = call;
    const fits = typeof expect === 'number' ? answer.status === expect : expect.includes(answer.status);
    if (fits && answer.isStreamed === (receiver !== undefined) && !isForeignPage(answer)) return answer;
    const plain = signature.slice(signature.indexOf(':') + 1);
    const asked: Asked = { bucket: call.bucket, key: call.key, secrets: [...secrets, plain], now: now() };
    throw await explained(refusalOf(answer, asked), call);
  }

  /** A bucket that is not found may be in another zone, which the service tells without keys. */
  async function explained(error: QingStorError, call: QingStorCall): Promise<QingStorError> {
    if (error.code !== 'bucket_not_found' || !endpoint.zoneInHost || call.bucket === undefined || call.origin)
      return error;
    const zone = await lookUpZone(call.bucket, call.signal).catch(() => undefined);
    if (zone === undefined || zone === endpoint.zone) return error;
    const { httpStatus, requestId, remoteCode } = error;
    return wrongZone(call.bucket, zone, { httpStatus, requestId, remoteCode, key: call.key });
  }

  async function lookUpZone(bucket: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const { origin } = addressOf(endpoint, options);
    const answer = await transport.send({
      origin,
      method: 'HEAD',
      target: `/${bucket}`,
      headers: ['User-Agent', userAgent],
      body: null,
      signal,
    });
    return redirectedZone(answer.headers, bucket);
  }

  return {
    endpoint,
    credentials,
    options,
    retries,
    random,
    now,
    stream: attempt,
    broken: (thrown, call) => broken(thrown, call),
    close: () => transport.close(),
    async send(call) {
      let broke = false;
      for (let retry = 1; ; retry += 1) {
        try {
          return await attempt(call, undefined, broke ? 'alone' : 'kept');
        } catch (error) {
          if (retry > retries || !mayRetry(error)) throw error;
          broke = isQingStorError(error, 'connection_broken');
          call.onRetry?.(error, mayBeDone(error));
          await pause(pauseBefore(retry, error.retryAfterMs, random), call.signal);
        }
      }
    },
  };
}

/** What the caller's own stream threw. */
export function sourceError(error: unknown): QingStorError {
  if (isQingStorError(error)) return error;
  return new QingStorError('source_failed', 'What was to be uploaded could not be read', { cause: error });
}

/** The text of an answer's header, unquoted when it is an ETag. */
export function etagOf(answer: WireAnswer): string {
  return unquoted(headerOf(answer.headers, 'etag') ?? '');
}

export function unquoted(etag: string): string {
  return etag.replace(/^(?:W\/)?"|"$/g, '');
}
