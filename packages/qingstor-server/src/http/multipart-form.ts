import { QingStorServerError } from '../errors.ts';

const LARGEST_FIELDS_BYTES = 64 * 1024;

export interface FormFile {
  /** As the client names it, without any directory. */
  fileName: string;
  contentType: string | undefined;
  body: AsyncGenerator<Buffer>;
}

export interface Form {
  /** Fields that came before the file; names in lower case. */
  fields: Map<string, string>;
  file: FormFile;
}

const bad = (why: string) => new QingStorServerError('invalid_request', why);

class FormReader {
  private readonly source: AsyncIterator<Buffer>;
  private readonly mark: Buffer;
  /** As if a line had ended before: then every boundary looks the same. */
  private bytes: Buffer = Buffer.from('\r\n');

  constructor(source: AsyncIterable<Buffer>, boundary: string) {
    this.source = source[Symbol.asyncIterator]();
    this.mark = Buffer.from(`\r\n--${boundary}`);
  }

  private async more(): Promise<void> {
    const next = await this.source.next();
    if (next.done) throw new QingStorServerError('incomplete_body');
    this.bytes = Buffer.concat([this.bytes, next.value]);
  }

  /** Everything before the next boundary, in pieces; the boundary is taken too. */
  async *untilBoundary(): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.bytes.indexOf(this.mark);
      if (at >= 0) {
        const piece = this.bytes.subarray(0, at);
        this.bytes = this.bytes.subarray(at + this.mark.length);
        if (piece.length > 0) yield piece;
        return;
      }
      // What may be the beginning of a boundary is kept.
      const safe = this.bytes.length - this.mark.length;
      if (safe > 0) {
        const piece = this.bytes.subarray(0, safe);
        this.bytes = this.bytes.subarray(safe);
        yield piece;
      }
      await this.more();
    }
  }

  async small(): Promise<Buffer> {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const piece of this.untilBoundary()) {
      size += piece.length;
      if (size > LARGEST_FIELDS_BYTES) throw bad('A field of the form is too large.');
      parts.push(piece);
    }
    return Buffer.concat(parts);
  }

  /** After a boundary: true when another part follows. */
  async hasNext(): Promise<boolean> {
    while (this.bytes.length < 2) await this.more();
    const end = this.bytes.toString('latin1', 0, 2);
    this.bytes = this.bytes.subarray(2);
    if (end === '--') return false;
    if (end === '\r\n') return true;
    throw bad('The form is malformed.');
  }

  async partHeaders(): Promise<Map<string, string>> {
    let end = this.bytes.indexOf('\r\n\r\n');
    while (end < 0) {
      if (this.bytes.length > LARGEST_FIELDS_BYTES) throw bad('The form is malformed.');
      await this.more();
      end = this.bytes.indexOf('\r\n\r\n');
    }
    const lines = this.bytes.toString('utf8', 0, end).split('\r\n');
    this.bytes = this.bytes.subarray(end + 4);
    return new Map(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).trim().toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    );
  }
}

function parameter(header: string, name: string): string | undefined {
  const [, quoted, plain] = new RegExp(`[;\\s]${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'i').exec(header) ?? [];
  return quoted?.replace(/%22|\\"/g, '"') ?? plain;
}

/**
 * Reads a `multipart/form-data` body up to its field `file`, which must be the last that matters; the bytes of the file
 * come as they are sent. Throws `invalid_request`, `incomplete_body`.
 */
export async function readForm(contentType: string, source: AsyncIterable<Buffer>): Promise<Form> {
  const boundary = parameter(contentType, 'boundary');
  if (!/^multipart\/form-data\b/i.test(contentType) || !boundary || boundary.length > 70) {
    throw bad('The body must be multipart/form-data.');
  }
  const reader = new FormReader(source, boundary);
  const fields = new Map<string, string>();
  let bytes = 0;
  await reader.small();
  while (await reader.hasNext()) {
    const headers = await reader.partHeaders();
    const disposition = headers.get('content-disposition') ?? '';
    const name = parameter(disposition, 'name')?.toLowerCase() ?? '';
    if (name === 'file') {
      const fileName = (parameter(disposition, 'filename') ?? '').split(/[\\/]/).pop() ?? '';
      return { fields, file: { fileName, contentType: headers.get('content-type'), body: reader.untilBoundary() } };
    }
    const value = (await reader.small()).toString('utf8');
    bytes += name.length + value.length;
    if (bytes > LARGEST_FIELDS_BYTES || fields.has(name)) throw bad('The fields of the form are too large, or repeat.');
    fields.set(name, value);
  }
  throw bad('The form has no field file.');
}
