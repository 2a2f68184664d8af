import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readQuery, splitTarget } from '@sampan/accesskey';
import { QingStorServerError } from '../errors.ts';
import { type Address, type AddressOptions, readAddress } from './address.ts';

/** HTTP carries bytes, which Node hands on as Latin-1; what is in them is UTF-8. */
function asUtf8(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is that of ASCII
  return /^[\x00-\x7f]*$/.test(value) ? value : Buffer.from(value, 'latin1').toString('utf8');
}

function readHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = asUtf8(Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

/** One request and its answer. */
export class Exchange {
  readonly requestId = randomBytes(16).toString('hex');
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Settled once more, when the buckets are known. */
  address: Address;
  readonly query: ReadonlyMap<string, string>;
  /** Of the caller. */
  readonly remoteAddress: string;
  /** The client waits for `100 Continue` before it sends the body. */
  private waitsForContinue: boolean;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    options: AddressOptions,
    expect: 'body' | 'continue',
  ) {
    this.request = request;
    this.response = response;
    this.method = request.method ?? '';
    this.waitsForContinue = expect === 'continue';
    this.headers = readHeaders(request);
    this.remoteAddress = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    this.address = readAddress(asUtf8(request.url ?? '/'), this.headers.host ?? '', options);
    const query = new Map<string, string>();
    let pairs: [string, string][];
    try {
      pairs = readQuery(splitTarget(this.address.target).query);
    } catch {
      throw new QingStorServerError('invalid_request', 'The query is not percent-encoded UTF-8.');
    }
    for (const [name, value] of pairs) {
      // Two readers could take different ones of the two.
      if (query.has(name)) throw new QingStorServerError('invalid_request', `The parameter ${name} is given twice.`);
      query.set(name, value);
    }
    this.query = query;
  }

  header(name: string): string | undefined {
    return this.headers[name];
  }

  /** To be called when the body is wanted. */
  continueBody(): void {
    if (!this.waitsForContinue) return;
    this.waitsForContinue = false;
    this.response.writeContinue();
  }

  /** A whole number among the parameters, or `fallback`. Throws `invalid_argument`. */
  integer(name: string, fallback: number, smallest = 0): number {
    const text = this.query.get(name);
    if (text === undefined || text === '') return fallback;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= smallest)) throw new QingStorServerError('invalid_argument', `${name} must be a whole number.`);
    return value;
  }
}
