function unquote(text: string): string {
  const double = /^"((?:[^"\\]|\\.)*)"/.exec(text);
  if (double) return (double[1] ?? '').replace(/\\(.)/g, '$1');
  const single = /^'((?:[^']|'')*)'/.exec(text);
  if (single) return (single[1] ?? '').replaceAll("''", "'");
  return text.replace(/(?:^|\s)#.*$/, '').trim();
}

/**
 * The settings of a configuration file of the vendor's tools: `name: value` lines, quoted or not, with comments. Nested
 * parts, lists and anchors are passed over: these files have none.
 */
export function readFlatYaml(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const match = /^([A-Za-z_][\w-]*)\s*:(?:\s+(.*))?$/.exec(line);
    if (match?.[1] !== undefined) settings.set(match[1], unquote((match[2] ?? '').trim()));
  }
  return settings;
}
