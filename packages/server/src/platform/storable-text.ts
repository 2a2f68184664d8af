/**
 * Whether every text in a value can be stored as it is: half a surrogate pair becomes another character in both databases
 * (and would break the audit chain), and PostgreSQL stores no NUL.
 */
export function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (Array.isArray(value)) return value.every(isStorable);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).every(([key, item]) => isStorable(key) && isStorable(item));
  }
  return true;
}

/** What comes from anywhere, e.g. the output of a program, as it can be stored: replacement characters for what cannot. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
