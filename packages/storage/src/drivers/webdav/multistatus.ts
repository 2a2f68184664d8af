import { foreignAnswer } from './errors.ts';

/** What a server tells of one file or folder. */
export interface Resource {
  /** Path of the resource, percent-encoded as the server wrote it. */
  path: string;
  isFolder: boolean;
  size: number;
  modified: number | null;
  etag: string | null;
}

export const PROPFIND_BODY =
  '<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop>' +
  '<resourcetype/><getcontentlength/><getlastmodified/><getetag/></prop></propfind>';

type Element = Readonly<Record<string, unknown>>;

const isElement = (value: unknown): value is Element => typeof value === 'object' && value !== null;

function all(parent: unknown, name: string): unknown[] {
  const found = isElement(parent) ? parent[name] : undefined;
  return found === undefined ? [] : Array.isArray(found) ? found : [found];
}

function textOf(parent: unknown, name: string): string | null {
  const [found] = all(parent, name);
  const text = isElement(found) ? found['#text'] : found;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : null;
}

export function bareEtag(etag: string | null | undefined): string | null {
  // A weak one becomes a strong one of the same text when a second has passed.
  return etag?.replace(/^(?:W\/)?"(.*)"$/, '$1') || null;
}

function resourceOf(response: unknown): Resource | null {
  const href = textOf(response, 'href');
  const found = all(response, 'propstat').find((each) => / 2\d\d /.test(`${textOf(each, 'status')} `));
  const [properties] = all(found, 'prop');
  if (href === null || !isElement(properties)) return null;
  const isFolder = all(properties, 'resourcetype').some((each) => isElement(each) && 'collection' in each);
  const modified = Date.parse(textOf(properties, 'getlastmodified') ?? '');
  return {
    path: href.replace(/^https?:\/\/[^/]*/i, ''),
    isFolder,
    size: isFolder ? 0 : Number(textOf(properties, 'getcontentlength') ?? 0),
    modified: Number.isNaN(modified) ? null : modified,
    etag: isFolder ? null : bareEtag(textOf(properties, 'getetag')),
  };
}

/** Reads the answer to PROPFIND. */
export async function readMultistatus(document: Buffer): Promise<Resource[]> {
  // Loaded when the first storage of this kind is used.
  const { XMLParser } = await import('fast-xml-parser');
  const parser = new XMLParser({
    removeNSPrefix: true,
    ignoreAttributes: true,
    parseTagValue: false,
    trimValues: false,
    processEntities: true,
  });
  let root: unknown;
  try {
    root = parser.parse(document.toString('utf8'));
  } catch {
    throw foreignAnswer('what came is no XML');
  }
  const [multistatus] = all(root, 'multistatus');
  if (multistatus === undefined) throw foreignAnswer('a document that is no multistatus');
  return all(multistatus, 'response').flatMap((response) => resourceOf(response) ?? []);
}
