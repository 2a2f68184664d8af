import { Type } from 'typebox';
import type { App } from '../app.ts';
import type { Database } from '../platform/database/open.ts';
import { Nullable, PageOf, PageQuery, Time } from '../platform/http/schemas.ts';
import { fromJsonOrNull, type Json } from '../platform/json.ts';
import { isoTime } from '../platform/time.ts';
import { searchAudit } from './search.ts';
import { verifyChain } from './store.ts';
import type { AuditRow } from './tables.ts';

const RESULTS = ['succeeded', 'refused', 'failed'] as const;

const AuditEventSchema = Type.Object({
  sequence: Type.Integer(),
  time: Time,
  actor: Type.Object({ kind: Type.String(), id: Nullable(Type.String()), name: Type.String() }),
  accessKeyId: Nullable(Type.String()),
  address: Type.String(),
  action: Type.String(),
  resource: Nullable(Type.Object({ kind: Type.String(), id: Nullable(Type.String()), name: Nullable(Type.String()) })),
  result: Type.String({ enum: [...RESULTS] }),
  code: Nullable(Type.String()),
  difference: Type.Unknown(),
  hash: Type.String({ description: 'SHA-256 over the hash before and this entry' }),
});

function present(row: AuditRow) {
  return {
    sequence: row.sequence,
    time: isoTime(row.time),
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    accessKeyId: row.access_key_id,
    address: row.address,
    action: row.action,
    resource:
      row.resource_kind === null ? null : { kind: row.resource_kind, id: row.resource_id, name: row.resource_name },
    result: row.result,
    code: row.code,
    difference: fromJsonOrNull<Json>(row.difference),
    hash: row.hash,
  };
}

export function addAuditRoutes(app: App, database: Database): void {
  const tags = ['audit'];

  app.get(
    '/audit-events',
    {
      config: { permission: 'audit_event:read' },
      schema: {
        tags,
        summary: 'Read the audit log, newest first',
        querystring: Type.Object({
          limit: PageQuery.limit,
          cursor: Type.Optional(Type.String({ pattern: '^\\d{1,15}$' })),
          search: Type.Optional(
            Type.String({ maxLength: 100, description: 'Beginning of the actor’s name, in capitals or not' }),
          ),
          action: Type.Optional(Type.String({ maxLength: 100 })),
          result: Type.Optional(Type.String({ enum: [...RESULTS] })),
        }),
        response: { 200: PageOf(AuditEventSchema) },
      },
    },
    async (request) => {
      const { limit, cursor, search, action, result } = request.query;
      const before = cursor === undefined ? undefined : Number(cursor);
      const wanted = { name: search, action, result: result as AuditRow['result'] | undefined, before };
      const rows = await searchAudit(database, wanted, limit + 1);
      const items = rows.slice(0, limit).map(present);
      return { items, nextCursor: rows.length > limit ? String(items.at(-1)?.sequence) : null };
    },
  );

  app.get(
    '/audit-events/verify',
    {
      config: { permission: 'audit_event:read' },
      schema: {
        tags,
        summary: 'Recompute the whole chain of hashes',
        response: {
          200: Type.Object({ valid: Type.Boolean(), checked: Type.Integer(), firstBroken: Nullable(Type.Integer()) }),
        },
      },
    },
    async () => verifyChain(database.query),
  );
}
