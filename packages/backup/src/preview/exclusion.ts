/**
 * What restic leaves out, told before it runs. Its rules (restic's manual, "Excluding files"; tried against it in the tests): a pattern
 * that begins with `/` is matched from the root, another one anywhere; parts of a path are matched one by one; `**` is any number
 * of them; `!` in front takes back what patterns before it left out. Whatever lies in a folder that is left out is left out too.
 */
export function exclusion(patterns: readonly string[]): (path: string) => boolean {
  const rules = patterns.flatMap((text) => {
    const isNegated = text.startsWith('!');
    const pattern = isNegated ? text.slice(1) : text;
    return pattern === '' ? [] : [{ isNegated, matches: matcher(pattern) }];
  });
  return (path) => {
    const parts = path.split('/').filter(Boolean);
    let isOut = false;
    for (const { isNegated, matches } of rules) {
      if (isNegated === isOut && matches(parts)) isOut = !isNegated;
    }
    return isOut;
  };
}

type Part = RegExp | '**';

function matcher(pattern: string): (parts: readonly string[]) => boolean {
  const isFromRoot = pattern.startsWith('/');
  const parts = pattern
    .split('/')
    .filter(Boolean)
    .map((part): Part => (part === '**' ? part : component(part)));
  return (path) => {
    const starts = isFromRoot ? 1 : path.length;
    for (let start = 0; start < starts; start += 1) if (matchesFrom(parts, 0, path, start)) return true;
    return false;
  };
}

/** What the pattern has is matched; what the path has beyond it lies inside. */
function matchesFrom(pattern: readonly Part[], at: number, path: readonly string[], start: number): boolean {
  const part = pattern[at];
  if (part === undefined) return true;
  if (part === '**') {
    for (let next = start; next <= path.length; next += 1) if (matchesFrom(pattern, at + 1, path, next)) return true;
    return false;
  }
  const name = path[start];
  return name !== undefined && part.test(name) && matchesFrom(pattern, at + 1, path, start + 1);
}

/** One part as Go's `filepath.Match` reads it: `*`, `?`, `[a-z]`, `[^a]`, and `\` before a sign that stands for itself. */
function component(text: string): RegExp {
  let source = '';
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (sign === '*') source += '.*';
    else if (sign === '?') source += '.';
    else if (sign === '\\') {
      at += 1;
      source += escaped(text[at] ?? '\\');
    } else if (sign === '[') {
      const end = text.indexOf(']', at + 2);
      // Not closed: such a pattern matches nothing, and restic refuses it.
      if (end < 0) return /(?!)/;
      const inside = text.slice(at + 1, end).replaceAll(/[\\\]]/g, '\\$&');
      source += `[${inside}]`;
      at = end;
    } else source += escaped(sign);
  }
  return new RegExp(`^${source}$`, 'su');
}

function escaped(sign: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(sign) ? `\\${sign}` : sign;
}
