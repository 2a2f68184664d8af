/** Percent-encoding of RFC 3986: all but letters, digits and `-_.~`, in capitals. Throws `URIError` for half a surrogate pair. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The same for a path: `/` stays, and so do empty segments. */
export function percentEncodePath(path: string): string {
  return path.split('/').map(percentEncode).join('/');
}

/** Path and query of a request target, both still encoded; the query without `?`, empty when there is none. */
export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/**
 * Decoded names and values of a raw query in the order they came; `+` is a blank, a name without `=` has the value ''.
 * Throws `URIError` for an escape that is broken or not UTF-8.
 */
export function readQuery(query: string): [name: string, value: string][] {
  const decode = (part: string) => decodeURIComponent(part.replaceAll('+', ' '));
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    });
}

/** By code unit, as every scheme here wants it; never by the rules of a language. */
export function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
