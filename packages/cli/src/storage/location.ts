import { homedir } from 'node:os';
import path from 'node:path';
import { CommandError } from '../exit.ts';

/** What a person names on the command line. */
export type Location =
  | { kind: 'local'; path: string }
  /** A storage of the server, by name or id. */
  | { kind: 'storage'; name: string; path: string }
  /** A storage that is reached from here, without a server. */
  | { kind: 'direct'; type: string; options: Record<string, string>; path: string }
  /** `-`: standard input or output. */
  | { kind: 'pipe' }
  /** A folder that is not there yet, in a dry run. */
  | { kind: 'nothing' };

const SCHEMES = /^(qingstor|s3|sftp|webdav|webdav\+http|file):\/\//i;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new CommandError(`${text} is not percent-encoded UTF-8.`);
  }
}

/** `qingstor://bucket/key?zone=sh1a`: the host is the bucket, the query has the options of the form by their names. */
function bucketLocation(type: string, url: URL): Location {
  const options = Object.fromEntries(url.searchParams);
  return { kind: 'direct', type, options: { ...options, bucket: url.hostname }, path: decoded(url.pathname.slice(1)) };
}

function sftpLocation(url: URL): Location {
  const options: Record<string, string> = { ...Object.fromEntries(url.searchParams), host: url.hostname };
  if (url.port !== '') options.port = url.port;
  if (url.username !== '') options.username = decoded(url.username);
  options.folder ??= '/';
  return { kind: 'direct', type: 'sftp', options, path: decoded(url.pathname.slice(1)) };
}

function webdavLocation(url: URL, protocol: 'http' | 'https'): Location {
  const options: Record<string, string> = {
    ...Object.fromEntries(url.searchParams),
    endpoint: `${protocol}://${url.host}/`,
  };
  if (url.username !== '') options.username = decoded(url.username);
  return { kind: 'direct', type: 'webdav', options, path: decoded(url.pathname.slice(1)) };
}

function directLocation(text: string, scheme: string): Location {
  const url = URL.parse(text);
  if (!url) throw new CommandError(`${text} is not a valid address.`);
  if (url.password !== '') {
    throw new CommandError('A password in an address can be seen by others.', {
      hint: 'Leave it out, and set SAMPAN_STORAGE_PASSWORD.',
    });
  }
  switch (scheme) {
    case 'qingstor':
    case 's3':
      if (url.hostname === '')
        throw new CommandError(`${text} names no bucket.`, { hint: `E.g. ${scheme}://my-bucket/folder` });
      return bucketLocation(scheme, url);
    case 'sftp':
      return sftpLocation(url);
    case 'webdav':
      return webdavLocation(url, 'https');
    case 'webdav+http':
      return webdavLocation(url, 'http');
    default:
      return { kind: 'local', path: decoded(url.pathname) };
  }
}

/**
 * Reads what a person typed: `NAME:path` is a storage of the server, `qingstor://bucket/path` (also `s3`, `sftp`,
 * `webdav`) one that needs no server, `-` a pipe, anything else a path of this machine. A local name with a colon is
 * written with `./` before it.
 */
export function parseLocation(text: string): Location {
  if (text === '-') return { kind: 'pipe' };
  const [, scheme] = SCHEMES.exec(text) ?? [];
  if (scheme !== undefined) return directLocation(text, scheme.toLowerCase());
  if (text === '~' || text.startsWith('~/')) return { kind: 'local', path: path.join(homedir(), text.slice(1)) };
  const colon = text.indexOf(':');
  const isPath = /^(?:\.{0,2}\/|[A-Za-z]:\\)/.test(text) || colon < 1 || text.slice(0, colon).includes('/');
  if (isPath) return { kind: 'local', path: text };
  return { kind: 'storage', name: text.slice(0, colon), path: text.slice(colon + 1).replace(/^\/+/, '') };
}

/** A folder as a prefix of keys: '' or with one slash at its end. */
export function asPrefix(key: string): string {
  return key === '' || key.endsWith('/') ? key : `${key}/`;
}
