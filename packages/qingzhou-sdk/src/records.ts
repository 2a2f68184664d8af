import { isRecord, type JsonRecord } from './answer.ts';
import type { FieldNames } from './profile.ts';

/** Reads the fields of one answered item by our names for them; a missing or odd one gives the neutral value. */
export interface ItemReader<Name extends string> {
  text(name: Name): string;
  textOrNull(name: Name): string | null;
  number(name: Name): number;
  texts(name: Name): string[];
  /** Milliseconds since 1970 UTC. */
  time(name: Name): number | null;
  /** A map of texts; also from a list of `{Key, Value}`. */
  textMap(name: Name): Record<string, string>;
}

export function readItem<Name extends string>(item: JsonRecord, fields: FieldNames<Name>): ItemReader<Name> {
  const value = (name: Name): unknown =>
    fields[name].split('.').reduce<unknown>((inside, key) => (isRecord(inside) ? inside[key] : undefined), item);
  const text = (name: Name): string => {
    const found = value(name);
    return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
  };
  return {
    text,
    textOrNull: (name) => text(name) || null,
    number(name) {
      const found = Number(value(name) ?? 0);
      return Number.isFinite(found) && found >= 0 ? found : 0;
    },
    texts: (name) => unwrapList(value(name)).filter((each): each is string => typeof each === 'string'),
    time(name) {
      const found = Date.parse(text(name));
      return Number.isNaN(found) ? null : found;
    },
    textMap(name) {
      const found = value(name);
      const pairs = unwrapList(found)
        .filter(isRecord)
        .map((pair): [string, unknown] => [String(pair.Key ?? pair.TagKey ?? ''), pair.Value ?? pair.TagValue ?? '']);
      if (pairs.length > 0) return Object.fromEntries(pairs.map(([key, each]) => [key, String(each)]));
      if (!isRecord(found)) return {};
      return Object.fromEntries(
        Object.entries(found).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
      );
    },
  };
}

/** A list that is plain (`[…]`) or wrapped once (`{Instance: […]}`); anything else is an empty one. */
export function unwrapList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (!isRecord(value)) return [];
  const inside = Object.values(value);
  return inside.length === 1 && Array.isArray(inside[0]) ? inside[0] : [];
}
