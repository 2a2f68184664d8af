import { type ExpressionBuilder, type RawBuilder, sql, type Transaction } from 'kysely';
import type { DatabaseKind } from '../platform/database/open.ts';
import type { Tables } from '../tables.ts';

/**
 * Search finds any part of a name, an address, an id or a tag, Chinese words of two characters (主机) included. Both
 * databases index words, not parts of words; so each text is indexed as its overlapping pairs of characters, and a search
 * is the phrase of the pairs of what was typed.
 */
const END = '\u0001';

/** The text that is searched: its parts, lower-cased, each on a line of its own. */
export function searchText(parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .join('\n')
    .normalize('NFKC')
    .toLowerCase();
}

function code(character: string): string {
  return `${(character.codePointAt(0) ?? 0).toString(16)}z`;
}

/** One token per pair of characters, made of letters and digits only, so that no tokenizer takes it apart. */
function pairs(characters: readonly string[]): string[] {
  return characters.slice(1).map((character, index) => `x${code(characters[index] ?? '')}${code(character)}`);
}

/** What the index holds for a text. A line feed closes each part, so that no phrase reaches over it. */
export function grams(text: string): string {
  return text
    .split('\n')
    .map((part) => pairs([...part, END]).join(' '))
    .join(` x${code(END)} `);
}

/** The phrase to look for; a single character is the beginning of a pair. */
export function searchPhrase(term: string): { tokens: string[]; isPrefix: boolean } {
  const characters = [...term.normalize('NFKC').toLowerCase()];
  const [only] = characters;
  if (only !== undefined && characters.length === 1) return { tokens: [`x${code(only)}`], isPrefix: true };
  return { tokens: pairs(characters), isPrefix: false };
}

/** Words that were typed are all to be found, each anywhere. */
export function searchTerms(search: string): string[] {
  return search
    .split(/\s+/)
    .filter((term) => term !== '')
    .slice(0, 8);
}

export async function indexText(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  number: number,
  text: string,
): Promise<void> {
  const tokens = grams(text);
  if (kind === 'sqlite') {
    await sql`insert or replace into instance_search (rowid, grams) values (${number}, ${tokens})`.execute(db);
    return;
  }
  await sql`
    insert into instance_search (number, grams) values (${number}, to_tsvector('simple', ${tokens}))
    on conflict (number) do update set grams = excluded.grams`.execute(db);
}

/** Condition on `instances.number`: every term occurs in the text. */
export function matches(
  _eb: ExpressionBuilder<Tables, 'instances'>,
  kind: DatabaseKind,
  search: string,
): RawBuilder<boolean> | undefined {
  const phrases = searchTerms(search).map(searchPhrase);
  if (phrases.length === 0) return undefined;
  if (kind === 'sqlite') {
    const query = phrases.map(({ tokens, isPrefix }) => `"${tokens.join(' ')}"${isPrefix ? '*' : ''}`).join(' AND ');
    return sql<boolean>`instances.number in (select rowid from instance_search where instance_search match ${query})`;
  }
  const query = phrases.map(({ tokens, isPrefix }) => `(${tokens.join(' <-> ')}${isPrefix ? ':*' : ''})`).join(' & ');
  return sql<boolean>`instances.number in (select number from instance_search where grams @@ to_tsquery('simple', ${query}))`;
}
