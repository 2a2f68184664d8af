import { hash } from 'node:crypto';
import { QingStorError } from './error.ts';
import { instantOf, numberOf, readJson, recordsOf, textOf, textsOf } from './json.ts';
import { type Requests, unquoted } from './requests.ts';

export interface ListedObject {
  key: string;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
  contentType: string;
  /** Milliseconds since 1970 UTC. */
  modified: number | undefined;
  storageClass: string;
  encrypted: boolean;
}

export interface ListOptions {
  prefix?: string | undefined;
  /** Keys that go on after it are told as one common prefix; `/` for folders. */
  delimiter?: string | undefined;
  /** `nextMarker` of the page before. */
  marker?: string | undefined;
  /** Keys and prefixes of one page together, 1 to 1,000; 1,000 when not said. */
  limit?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface ObjectPage {
  objects: ListedObject[];
  commonPrefixes: string[];
  /** Null at the end. */
  nextMarker: string | null;
}

/** One page. Do not rely on an order. */
export async function listPage(requests: Requests, bucket: string, options: ListOptions = {}): Promise<ObjectPage> {
  const query = Object.entries({
    delimiter: options.delimiter,
    limit: String(options.limit ?? 1000),
    marker: options.marker,
    prefix: options.prefix,
  }).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
  const body = readJson(await requests.send({ method: 'GET', bucket, query, expect: 200, signal: options.signal }));
  const marker = textOf(body, 'next_marker');
  if (body.has_more === true && (marker === '' || marker === options.marker)) {
    throw new QingStorError('unexpected_answer', 'The listing says that there is more, and does not go on', { bucket });
  }
  return {
    objects: recordsOf(body, 'keys').map((object) => ({
      key: textOf(object, 'key'),
      size: numberOf(object, 'size'),
      etag: unquoted(textOf(object, 'etag')),
      contentType: textOf(object, 'mime_type'),
      modified: instantOf(object, 'modified'),
      storageClass: textOf(object, 'storage_class'),
      encrypted: object.encrypted === true,
    })),
    commonPrefixes: textsOf(body, 'common_prefixes'),
    nextMarker: body.has_more === false || marker === '' ? null : marker,
  };
}

/** Page after page. */
export async function* listPages(
  requests: Requests,
  bucket: string,
  options: ListOptions = {},
): AsyncGenerator<ObjectPage> {
  let marker: string | null = options.marker ?? '';
  while (marker !== null) {
    const page: ObjectPage = await listPage(requests, bucket, { ...options, marker });
    yield page;
    marker = page.nextMarker;
  }
}

export interface DeleteFailure {
  key: string;
  /** The vendor's code. */
  code: string;
  message: string;
}

const KEYS_AT_ONCE = 1_000;

/** Deletes many objects; keys that are not there count as deleted. Gives those that could not be. */
export async function deleteObjects(
  requests: Requests,
  bucket: string,
  keys: readonly string[],
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<DeleteFailure[]> {
  const failures: DeleteFailure[] = [];
  for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
    const objects = keys.slice(at, at + KEYS_AT_ONCE).map((key) => ({ key }));
    const body = Buffer.from(JSON.stringify({ objects, quiet: true }));
    const headers = { 'Content-Type': 'application/json', 'Content-MD5': hash('md5', body, 'base64') };
    const query = [['delete', '']] as const;
    const answer = await requests.send({ method: 'POST', bucket, query, headers, body, expect: 200, signal });
    const errors = recordsOf(readJson(answer), 'errors');
    failures.push(
      ...errors.map((each) => ({
        ...{ key: textOf(each, 'key'), code: textOf(each, 'code'), message: textOf(each, 'message') },
      })),
    );
  }
  return failures;
}
