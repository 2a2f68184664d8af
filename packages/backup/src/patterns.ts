/** A path as a pattern of restic's that matches this very path: brackets and stars are names, not wishes. */
export function literalPattern(path: string): string {
  return path.replaceAll(/[\\*?[\]]/g, (character) => `\\${character}`);
}
