import { InvalidRequest, RevisionMismatch } from './problem.ts';

export function etag(revision: number): string {
  return `"${revision}"`;
}

/** The revision that `If-Match` names; undefined when the header is absent or `*`. */
export function expectedRevision(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const match = /^\s*"(\d+)"\s*$/.exec(header);
  if (match) return Number(match[1]);
  const message = 'If-Match must be the ETag of the resource, such as "3"';
  throw new InvalidRequest([{ field: 'If-Match', code: 'bad_format', message }]);
}

/** @throws RevisionMismatch carrying both versions */
export function checkRevision(expected: number | undefined, actual: number, current: unknown, yours: unknown): void {
  if (expected !== undefined && expected !== actual) throw new RevisionMismatch(current, yours);
}
