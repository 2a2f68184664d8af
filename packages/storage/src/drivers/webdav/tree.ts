import { SampanError } from '@sampan/driver';
import type { StorageEnvironment } from '../../contract.ts';
import { keyConflict, objectChanged } from '../../errors.ts';
import { checkedBody } from '../../http/body.ts';
import { retrying } from '../../pause.ts';
import type { RemoteTree, TreeEntry } from '../tree/tree.ts';
import { foreignAnswer, webdavError } from './errors.ts';
import { bareEtag, PROPFIND_BODY, type Resource, readMultistatus } from './multistatus.ts';
import { encodePath, type WebdavOptions } from './options.ts';
import { createRequests, type WebdavRequest, type WholeAnswer } from './requests.ts';

/** Folders that were seen or made, so that not every put has to look. */
const MOST_KNOWN = 1000;

/** 127 deletes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;
const BELOW_A_FILE = new Set([400, 403, 405, 409]);

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Decoded, without `/` at its end; null for what is no text. */
function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path).replace(/\/+$/, '');
  } catch {
    return null;
  }
}

function retryAfter({ headers }: { headers: Readonly<Record<string, string>> }): number | undefined {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

/** The folder of the storage over WebDAV. */
export function webdavTree(options: WebdavOptions, environment: StorageEnvironment): RemoteTree {
  const { origin, basePath, connectionRetries } = options;
  const { host } = new URL(origin);
  const requests = createRequests(options, environment);
  const knownFolders = new Set<string>(['']);
  let isApache = false;
  const fileTarget = (path: string): string => basePath + encodePath(path);
  const folderTarget = (path: string): string => (path === '' ? basePath : `${fileTarget(path)}/`);

  async function send(request: Omit<WebdavRequest, 'target'>, target: string): Promise<WholeAnswer> {
    const answer = await requests.send({ ...request, target });
    const { location } = answer.headers;
    // Many servers want a folder's path to end with a slash; nothing else is followed.
    const isSlashMissing = answer.status >= 301 && answer.status <= 308 && !target.endsWith('/');
    if (!isSlashMissing || !location || new URL(location, origin + target).href !== `${origin}${target}/`)
      return answer;
    return requests.send({ ...request, target: `${target}/` });
  }

  /** What is at a path and, with depth 1, in it; null when there is nothing. */
  async function look(target: string, key: string, depth: 0 | 1, signal: AbortSignal | undefined) {
    const request: Omit<WebdavRequest, 'target'> = {
      class: depth === 0 ? 'read' : 'list',
      method: 'PROPFIND',
      headers: { depth: String(depth), 'content-type': 'application/xml; charset=utf-8' },
      body: Buffer.from(PROPFIND_BODY),
      signal,
    };
    const answer = await send(request, target);
    noteServer(answer);
    checkName(key);
    if (answer.status === 404 || answer.status === 410) return null;
    // What would lie in a file is not there either; servers say so in words of their own.
    const above = target.endsWith('/') ? key : parentOf(key);
    if (BELOW_A_FILE.has(answer.status) && key !== '' && !(await isFolder(above, signal))) return null;
    if (answer.status !== 207) throw webdavError(answer.status, key, retryAfter(answer));
    const resources = await readMultistatus(answer.body);
    const own = decoded(target);
    return {
      self: resources.find(({ path }) => decoded(path) === own),
      below: resources.filter(({ path }) => decoded(path) !== own),
    };
  }

  const isFolder = async (path: string, signal: AbortSignal | undefined): Promise<boolean> =>
    (await find(path, signal))?.isFolder === true;

  /**
   * Apache deletes what a MOVE replaces before it moves, but puts a PUT in place at once. Of the servers known it alone keeps
   * control characters in names; lighttpd replaces them, and so would store under the name of another object.
   */
  function noteServer({ headers }: WholeAnswer): void {
    isApache ||= /^Apache\b/i.test(headers.server ?? '');
  }

  function checkName(path: string): void {
    if (isApache || !CONTROL_CHARACTER.test(path)) return;
    throw new SampanError('invalid_key', 'The server may change control characters in names.', {
      hint: 'Choose another name, or a server that keeps them, such as Apache.',
      parameters: { key: path },
    });
  }

  function entryOf({ path, ...rest }: Resource): TreeEntry | null {
    const whole = decoded(path);
    return whole === null ? null : { name: whole.slice(whole.lastIndexOf('/') + 1), ...rest };
  }

  async function find(path: string, signal: AbortSignal | undefined): Promise<TreeEntry | null> {
    const target = path === '' ? basePath : fileTarget(path);
    const found = await look(target, path, 0, signal);
    if (!found) return null;
    if (!found.self) throw foreignAnswer('a resource that was not asked for');
    return entryOf(found.self);
  }

  /**
   * Apache looks at a file and opens it afterwards: what is replaced in between comes with length and ETag of the old one.
   * So an object must still be the same when it was read.
   */
  async function stays(path: string, etag: string | null, signal: AbortSignal | undefined): Promise<void> {
    if (etag === null) return;
    // All has come: that a look afterwards is lost must not be taken for a loss of the content.
    const found = await retrying(connectionRetries, signal, () => find(path, signal));
    if (found?.etag === etag) return;
    throw objectChanged(path);
  }

  /** Whether the folder is there that a path lies in; asked of the server once only. */
  async function hasParent(path: string, signal: AbortSignal | undefined): Promise<boolean> {
    const parent = parentOf(path);
    if (knownFolders.has(parent)) return true;
    if (!(await isFolder(parent, signal))) return false;
    if (knownFolders.size >= MOST_KNOWN) knownFolders.clear();
    knownFolders.add(parent);
    return true;
  }

  return {
    find,
    writesInPlace: () => isApache,

    async entries(path, signal) {
      const found = await look(folderTarget(path), path, 1, signal);
      if (!found?.self?.isFolder) return null;
      return found.below.flatMap((resource) => entryOf(resource) ?? []);
    },

    async open(path, range, signal) {
      // Some servers answer with the file above when a path goes on below one.
      const seen = isApache ? undefined : await find(path, signal);
      if (seen === null || seen?.isFolder) return null;
      const headers = range && { range: `bytes=${range.start}-${range.end ?? ''}` };
      const target = fileTarget(path);
      const answer = await requests.stream({
        class: 'read',
        method: 'GET',
        target,
        ...(headers && { headers }),
        signal,
      });
      const { status, headers: answered, body, observed } = answer;
      const etag = bareEtag(answered.etag);
      const modified = Date.parse(answered['last-modified'] ?? '');
      const length = Number(answered['content-length'] ?? Number.NaN);
      const isFile = (etag !== null || !Number.isNaN(modified)) && !Number.isNaN(length);
      if (!isFile || (status !== 206 && !(status === 200 && (!range || length === 0)))) {
        body.destroy();
        observed(0);
        if (status === 404 || status === 410) return null;
        // Of a folder some servers tell a page, some refuse; and of a range only that it is none.
        const found = [200, 206, 301, 302, 403, 405, 416].includes(status) ? await find(path, signal) : undefined;
        if (found === null || found?.isFolder) return null;
        if (found && status === 416) return { ...found, contentLength: 0, body: nothing() };
        throw status < 400
          ? foreignAnswer('a download without length, time or range')
          : webdavError(status, path, retryAfter(answer));
      }
      const [, first, whole] = /^bytes (\d+)-\d+\/(\d+)$/.exec(answered['content-range'] ?? '') ?? [];
      if (status === 206 && Number(first) !== (range?.start ?? 0)) {
        body.destroy();
        observed(0);
        throw foreignAnswer('another range than was asked for');
      }
      return {
        name: path.slice(path.lastIndexOf('/') + 1),
        isFolder: false,
        size: whole === undefined ? length : Number(whole),
        modified: Number.isNaN(modified) ? null : modified,
        etag,
        contentLength: length,
        body: checkedBody(body, { length, host, signal, onEnd: observed, verify: () => stays(path, etag, signal) }),
      };
    },

    async makeFolder(path, signal) {
      const answer = await requests.send({ class: 'write', method: 'MKCOL', target: folderTarget(path), signal });
      if (answer.status === 201) return;
      // Also what the server says when another was faster.
      const found = await find(path, signal);
      if (found?.isFolder) return;
      throw found ? keyConflict(path) : webdavError(answer.status, path, retryAfter(answer));
    },

    async write(path, { open, size }, signal) {
      // Looked for before: the server would tell only when all has been read and sent.
      if (!(await hasParent(path, signal))) return false;
      const headers = {
        'content-type': 'application/octet-stream',
        ...(size !== null && { 'content-length': String(size) }),
      };
      const answer = await requests.send({
        class: 'write',
        method: 'PUT',
        target: fileTarget(path),
        headers,
        body: size === 0 ? await empty(open()) : open(),
        signal,
      });
      if ([200, 201, 204].includes(answer.status)) return true;
      knownFolders.clear();
      knownFolders.add('');
      if (answer.status === 404 || answer.status === 409) {
        throw new SampanError('storage_unavailable', 'A folder went away while something was stored in it.', {
          hint: 'Try again.',
          retryable: true,
          parameters: { key: path },
        });
      }
      throw webdavError(answer.status, path, retryAfter(answer));
    },

    async replace(from, to, signal) {
      // To move a file over a folder would delete all that is in it.
      if ((await find(to, signal))?.isFolder) throw keyConflict(to);
      const headers = { destination: origin + fileTarget(to), overwrite: 'T' };
      const answer = await requests.send({ class: 'write', method: 'MOVE', target: fileTarget(from), headers, signal });
      if (![200, 201, 204].includes(answer.status)) throw webdavError(answer.status, to, retryAfter(answer));
    },

    async remove(path, signal) {
      const answer = await requests.send({ class: 'delete', method: 'DELETE', target: fileTarget(path), signal });
      if (![200, 202, 204, 404, 410].includes(answer.status))
        throw webdavError(answer.status, path, retryAfter(answer));
    },

    close: () => requests.close(),
  };
}

/** The content of what has none. Read all the same: a source may turn out to be longer than it said. */
async function empty(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  for await (const _ of pieces) break;
  return new Uint8Array(0);
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
