import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { toSampanError } from '@sampan/driver';
import { listPages, type ObjectStore, streamSource } from '@sampan/storage/one-storage';
import { BlockPool, blocksSource } from './blocks.ts';
import { piecesOf, readInto } from './body.ts';
import { passed } from './collector.ts';
import { type FileType, keyOf, nameOf, readTarget } from './names.ts';

/** What has passed through, since the gateway began. */
export interface GatewayCounters {
  requests: number;
  failed: number;
  /** Of the bodies of files: from restic to the storage, and back. */
  bytesStored: number;
  bytesLoaded: number;
  filesStored: number;
  filesLoaded: number;
  filesDeleted: number;
}

export interface GatewayOptions {
  /** The store of the moment: asked for at each request, so that an edit of the storage reaches running work. */
  store: () => ObjectStore;
  /** First part of the path, as good as a password. */
  path: string;
  user: string;
  password: string;
  /** Files are neither deleted nor replaced; locks are, or nobody could work. */
  appendOnly?: boolean;
  /** Whether large files flow into the store of the moment instead of being kept until all of them is there. */
  isStreamed?: () => boolean;
  /** Told once for each kind of failure of the storage: restic itself shows only a status. */
  onFailure?: (failure: { code: string; message: string; hint: string | null; request: string }) => void;
}

const V1 = 'application/vnd.x.restic.rest.v1';
const V2 = 'application/vnd.x.restic.rest.v2';
/** restic makes packs of 16 MiB, of 128 MiB at most, and may exceed that by a blob. */
const LARGEST_FILE = 256 * 1024 * 1024;
/** Files up to here are kept anyway: a storage can then be asked again when it fails. */
const SMALL_FILE = 512 * 1024;

/** Nobody asks for their MD5: they are named after their SHA-256, which is checked here. */
const STORED_AS = { contentType: 'application/octet-stream', withoutMd5: true } as const;

/** A file on its way in. */
interface Incoming {
  key: string;
  /** Null for the one file whose name is not its hash. */
  name: string | null;
  /** Bytes, as announced. */
  size: number;
  request: IncomingMessage;
  signal: AbortSignal;
}

/** An answer that ends the request. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const cutShort = (): Refusal => new Refusal(400, 'the body was cut short');
const notItsName = (): Refusal => new Refusal(400, 'the content is not what its name says');

function isSame(given: string, expected: string): boolean {
  const [a, b] = [createHash('sha256').update(given).digest(), createHash('sha256').update(expected).digest()];
  return timingSafeEqual(a, b);
}

/** By the code of the storage's error: what restic tries again (5xx), and what it gives up on. */
function statusOf(code: string): number {
  switch (code) {
    case 'object_not_found':
      return 404;
    case 'range_not_satisfiable':
      return 416;
    case 'storage_full':
      return 507;
    case 'unknown_access_key':
    case 'invalid_signature':
    case 'login_refused':
    case 'permission_denied':
    case 'account_problem':
      return 403;
    default:
      return 502;
  }
}

/** Answers restic's REST protocol from any object store. Checks names, and that a file is what its name says. */
export function createGatewayHandler(options: GatewayOptions) {
  const { store, path, user, password, appendOnly = false, isStreamed = () => false } = options;
  const counters: GatewayCounters = {
    ...{ requests: 0, failed: 0, bytesStored: 0, bytesLoaded: 0, filesStored: 0, filesLoaded: 0, filesDeleted: 0 },
  };
  const pool = new BlockPool();
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  async function list(type: FileType, request: IncomingMessage, response: ServerResponse, signal: AbortSignal) {
    const wantsSizes = String(request.headers.accept ?? '').includes(V2);
    response.setHeader('content-type', wantsSizes ? V2 : V1);
    // A large repository has hundreds of thousands of names: written as they come.
    let isFirst = true;
    response.write('[');
    for await (const page of listPages(store(), { prefix: `${type}/`, signal })) {
      let text = '';
      for (const { key, size } of page.objects) {
        const name = nameOf(type, key);
        if (name === null) continue;
        text += `${isFirst ? '' : ','}${JSON.stringify(wantsSizes ? { name, size } : name)}`;
        isFirst = false;
      }
      if (text !== '' && !response.write(text)) await drained(response);
    }
    response.end(']');
  }

  async function load(key: string, request: IncomingMessage, response: ServerResponse, signal: AbortSignal) {
    const { range: text } = request.headers;
    const [, start, end] = /^bytes=(\d+)-(\d*)$/.exec(text ?? '') ?? [];
    if (text !== undefined && start === undefined) throw new Refusal(416, 'one range of the form bytes=a-b');
    const range = start === undefined ? undefined : { start: Number(start), ...(end && { end: Number(end) }) };
    // restic knows what each file must be. Broken off, it would ask for a damaged one for a quarter of an hour, instead of naming it.
    const download = await store().get(key, { ...(range && { range }), withoutMd5: true, signal });
    const { contentLength, size } = download;
    response.statusCode = range ? 206 : 200;
    response.setHeader('content-length', contentLength);
    if (range) response.setHeader('content-range', `bytes ${range.start}-${range.start + contentLength - 1}/${size}`);
    for await (const piece of download.body) {
      counters.bytesLoaded += piece.length;
      passed(piece.length);
      if (!response.write(piece)) await drained(response);
    }
    counters.filesLoaded += 1;
    response.end();
  }

  /** Whole in memory that is used again, and compared with its name before the store hears of it. */
  async function saveWhole(file: Incoming): Promise<void> {
    const { key, name, size, request, signal } = file;
    const blocks = pool.take(size);
    try {
      const hash = createHash('sha256');
      if ((await readInto(blocks, request, (piece) => hash.update(piece))) !== size) throw cutShort();
      if (name !== null && hash.digest('hex') !== name) throw notItsName();
      await store().put(key, blocksSource(blocks, size), { ...STORED_AS, signal });
    } finally {
      pool.give(blocks);
    }
  }

  /** The source fails at its end when it is not what its name says: a store shows nothing of what it was not given whole. */
  async function saveFlowing(file: Incoming): Promise<void> {
    const { key, name, size, request, signal } = file;
    let refusal: Refusal | null = null;
    async function* content(): AsyncGenerator<Buffer> {
      const hash = createHash('sha256');
      let came = 0;
      for await (const piece of piecesOf(request)) {
        hash.update(piece);
        came += piece.length;
        yield piece;
      }
      if (came !== size) refusal = cutShort();
      else if (hash.digest('hex') !== name) refusal = notItsName();
      if (refusal) throw refusal;
    }
    try {
      await store().put(key, streamSource(content(), size), { ...STORED_AS, signal });
    } catch (error) {
      throw refusal ?? error;
    }
  }

  async function save(
    key: string,
    name: string | null,
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ) {
    const size = Number(request.headers['content-length'] ?? Number.NaN);
    if (!Number.isSafeInteger(size)) throw new Refusal(411, 'the length of the body must be said');
    if (size > LARGEST_FILE) throw new Refusal(413, `a file of a repository has ${LARGEST_FILE} bytes at most`);
    // The one file whose name is not its hash: replacing it would make the repository unreadable.
    if (name === null && (await isThere(key, signal))) throw new Refusal(403, 'the repository is there already');
    const file = { key, name, size, request, signal };
    await (name !== null && size > SMALL_FILE && isStreamed() ? saveFlowing(file) : saveWhole(file));
    counters.bytesStored += size;
    counters.filesStored += 1;
    response.end();
  }

  async function isThere(key: string, signal: AbortSignal): Promise<boolean> {
    try {
      await store().head(key, { signal });
      return true;
    } catch (error) {
      if (toSampanError(error).code === 'object_not_found') return false;
      throw error;
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    if (!isSame(request.headers.authorization ?? '', authorization)) throw new Refusal(401, 'who are you?');
    const url = new URL(request.url ?? '/', 'http://gateway');
    if (!url.pathname.startsWith(`/${path}/`)) throw new Refusal(404, 'no such repository');
    const target = readTarget(url.pathname.slice(path.length + 2));
    if (!target) throw new Refusal(400, 'no file of a repository has this name');
    const { method } = request;
    if (target.kind === 'repository') {
      // Folders of an object store need not be made; deleting a whole repository is no business of restic's.
      if (method === 'POST' && url.searchParams.get('create') === 'true') {
        response.end();
        return;
      }
      throw new Refusal(501, 'not offered');
    }
    if (target.kind === 'list') {
      if (method !== 'GET') throw new Refusal(405, 'a list can be read only');
      return list(target.type, request, response, signal);
    }
    const key = keyOf(target);
    switch (method) {
      case 'HEAD': {
        const { size } = await store().head(key, { signal });
        response.setHeader('content-length', size);
        response.end();
        return;
      }
      case 'GET':
        return load(key, request, response, signal);
      case 'POST':
        return save(key, target.kind === 'file' ? target.name : null, request, response, signal);
      case 'DELETE': {
        const isLock = target.kind === 'file' && target.type === 'locks';
        if (appendOnly && !isLock) throw new Refusal(403, 'this repository is append-only: nothing is deleted');
        await store().delete(key, { signal });
        counters.filesDeleted += 1;
        response.end();
        return;
      }
      default:
        throw new Refusal(405, 'not offered');
    }
  }

  function fail(request: IncomingMessage, response: ServerResponse, thrown: unknown): void {
    counters.failed += 1;
    if (thrown instanceof Refusal) {
      end(response, thrown.status, thrown.message);
      return;
    }
    const { code, message, hint } = toSampanError(thrown);
    if (code === 'cancelled') {
      response.destroy();
      return;
    }
    if (code !== 'object_not_found') {
      const name = (request.url ?? '').slice(path.length + 2);
      options.onFailure?.({ code, message, hint: hint ?? null, request: `${request.method} ${name}` });
    }
    end(response, statusOf(code), `${code}: ${message}`);
  }

  return {
    counters,
    async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
      counters.requests += 1;
      const gone = new AbortController();
      response.on('close', () => gone.abort());
      try {
        await answer(request, response, gone.signal);
      } catch (error) {
        fail(request, response, error);
      }
    },
  };
}

function end(response: ServerResponse, status: number, message: string): void {
  // Part of the answer is on its way: only breaking it off says that it is not whole.
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'content-type': 'text/plain' }).end(`${message}\n`);
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go);
      response.off('close', go);
      resolve();
    };
    response.on('drain', go);
    response.on('close', go);
  });
}
