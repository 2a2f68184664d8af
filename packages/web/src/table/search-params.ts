/** What the address of a page says, before it was checked: a name that is repeated is a list. */
export type RawSearch = Readonly<Record<string, string | readonly string[] | undefined>>;

/** `?state=running&state=stopped&page=2` → `{ state: ['running', 'stopped'], page: '2' }`. Texts stay texts. */
export function parseSearch(text: string): Record<string, string | string[]> {
  // A map, since an address may hold names such as `toString` that every object has.
  const found = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const known = found.get(name);
    found.set(name, known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value]);
  }
  return Object.fromEntries(found);
}

export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (Array.isArray(value)) for (const item of value) parameters.append(name, String(item));
    else if (value !== undefined && value !== null && value !== '') parameters.append(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** A value that is one text. */
export function textOf(value: unknown): string | undefined {
  const one = Array.isArray(value) ? value[0] : value;
  return typeof one === 'string' && one !== '' ? one : undefined;
}

/** A value that is any number of texts, without repetition; undefined when there are none. */
export function textsOf(value: unknown): string[] | undefined {
  const all = (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string' && item !== '');
  return all.length > 0 ? [...new Set(all as string[])] : undefined;
}

/** A value that is one of those that are known; anything else, which an old link may hold, is passed over. */
export function oneOf<T extends string>(value: unknown, known: readonly T[]): T | undefined {
  const text = textOf(value);
  return known.find((candidate) => candidate === text);
}

/** The page number, for display only; the cursor says which page it is. */
export function pageNumberOf(value: unknown): number | undefined {
  const number = Number(textOf(typeof value === 'number' ? String(value) : value));
  return Number.isSafeInteger(number) && number > 1 && number < 1_000_000 ? number : undefined;
}
