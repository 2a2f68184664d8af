import { type RawBuilder, sql } from 'kysely';
import type { Database, DatabaseKind } from '../platform/database/open.ts';
import type { AuditRow } from './tables.ts';

export interface AuditSearch {
  /** Beginning of the actor's name, in capitals or not. */
  name?: string | undefined;
  action?: string | undefined;
  result?: AuditRow['result'] | undefined;
  /** Only entries before this one. */
  before?: number | undefined;
}

/** So many names are looked up one by one; of more that begin alike, the entries are read through, the newest first. */
const MOST_NAMES = 50;
const LAST_CHARACTER = '\u{10ffff}';

/** What the index `audit_events_actor_key` is of: migration 0005 says why. */
function indexed(kind: DatabaseKind): { key: RawBuilder<string>; position: RawBuilder<number> } {
  return kind === 'postgres'
    ? { key: sql`(lower(actor_name) collate "C")`, position: sql`(sequence + 0)` }
    : { key: sql`lower(actor_name)`, position: sql`sequence` };
}

const beyond = (beginning: string) => sql<string>`lower(${beginning}) || ${LAST_CHARACTER}`;

/** Names that begin so: from each the index leads to the next, however many entries a name has. */
export function namesLike({ kind, query }: Pick<Database, 'kind' | 'query'>, beginning: string) {
  const { key } = indexed(kind);
  const next = (from: RawBuilder<unknown>) => sql<string | null>`(
    select ${key} from audit_events where ${key} ${from} and ${key} < ${beyond(beginning)} order by ${key} limit 1
  )`;
  return query
    .withRecursive('names(name)', (db) =>
      db
        .selectNoFrom(next(sql`>= lower(${beginning})`).as('name'))
        .unionAll(
          db.selectFrom('names').select(next(sql`> names.name`).as('name')).where('names.name', 'is not', null),
        ),
    )
    .selectFrom('names')
    .select('name')
    .where('name', 'is not', null)
    .limit(MOST_NAMES + 1);
}

function filtered({ query }: Pick<Database, 'query'>, { action, result }: AuditSearch) {
  let found = query.selectFrom('audit_events').selectAll();
  if (action) found = found.where('action', '=', action);
  if (result) found = found.where('result', '=', result);
  return found;
}

/** Of each name as many entries as are wanted in all, so that no name's whole history is read and sorted. */
export function entriesOf(
  database: Pick<Database, 'kind' | 'query'>,
  names: readonly [string, ...string[]],
  search: AuditSearch,
  limit: number,
) {
  const { query } = database;
  const { key, position } = indexed(database.kind);
  const newestOf = (name: string) => {
    const all = filtered(database, search).where(key, '=', name).orderBy(position, 'desc').limit(limit);
    const found = search.before === undefined ? all : all.where(position, '<', search.before);
    return query.selectFrom(found.as('entry')).selectAll();
  };
  const [first, ...others] = names;
  const all = others.reduce((some, name) => some.unionAll(newestOf(name)), newestOf(first));
  return query.selectFrom(all.as('found')).selectAll().orderBy('sequence', 'desc').limit(limit);
}

/** The newest entries that fit. */
export async function searchAudit(
  database: Pick<Database, 'kind' | 'query'>,
  search: AuditSearch,
  limit: number,
): Promise<AuditRow[]> {
  const { name: beginning, before } = search;
  const all = filtered(database, search).orderBy('sequence', 'desc').limit(limit);
  const found = before === undefined ? all : all.where('sequence', '<', before);
  if (!beginning) return found.execute();
  const [first, ...others] = (await namesLike(database, beginning).execute()).map(({ name }) => name ?? '');
  if (first === undefined) return [];
  if (others.length < MOST_NAMES) return entriesOf(database, [first, ...others], search, limit).execute();
  const { key } = indexed(database.kind);
  return found.where(key, '>=', sql<string>`lower(${beginning})`).where(key, '<', beyond(beginning)).execute();
}
