/**
 * Cuts a stream of texts into lines, wherever the network happened to cut it.
 *
 * @example
 * const lines = createLineSplitter();
 * lines.push('{"a":1}\n{"b'); // ['{"a":1}']
 * lines.push('":2}\n');       // ['{"b":2}']
 * lines.end();                // []
 */
export function createLineSplitter(): { push(text: string): string[]; end(): string[] } {
  let rest = '';
  return {
    push(text) {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      return parts.map(withoutReturn).filter(isNotBlank);
    },
    end() {
      const last = withoutReturn(rest);
      rest = '';
      return isNotBlank(last) ? [last] : [];
    },
  };
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function isNotBlank(line: string): boolean {
  return line.trim() !== '';
}
