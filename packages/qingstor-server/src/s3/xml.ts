import { XMLParser } from 'fast-xml-parser';
import { QingStorServerError } from '../errors.ts';
import { isRecord } from '../http/json.ts';

export type XmlContent = string | number | boolean | undefined | XmlRecord | XmlContent[];
export interface XmlRecord {
  [name: string]: XmlContent;
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/\p{Cc}/gu, (character) => `&#${character.codePointAt(0)};`);
}

/** A list is the same element several times; undefined is none. */
function write(name: string, content: XmlContent): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return content.map((item) => write(name, item)).join('');
  const inner = typeof content === 'object' ? writeAll(content) : escapeText(String(content));
  return `<${name}>${inner}</${name}>`;
}

function writeAll(record: XmlRecord): string {
  return Object.entries(record)
    .map(([name, content]) => write(name, content))
    .join('');
}

/** A document of S3's. */
export function xmlDocument(root: string, content: XmlRecord | string, namespace: string | null = NAMESPACE): string {
  const attribute = namespace === null ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${typeof content === 'string' ? escapeText(content) : writeAll(content)}</${root}>`;
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  // Blanks at the ends of a key are part of it.
  trimValues: false,
  removeNSPrefix: true,
  // Numeric references too.
  htmlEntities: true,
});

/** The element `root` of a body. Throws `invalid_json`, which is S3's `MalformedXML`. */
export function parseXml(body: Buffer, root: string): Record<string, unknown> {
  const text = body.toString('utf8');
  try {
    // No document of S3's has one, and what it can declare is only trouble.
    if (!text.includes('<!DOCTYPE')) {
      const document: unknown = parser.parse(text);
      const element = isRecord(document) ? document[root] : undefined;
      if (isRecord(element)) return element;
      if (element === '') return {};
    }
  } catch {
    // Said below.
  }
  throw new QingStorServerError('invalid_json', `The body is not an XML document ${root}.`);
}

/** Elements of one name, however many there are. */
export function elements(parent: Record<string, unknown>, name: string): unknown[] {
  const value = parent[name];
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
