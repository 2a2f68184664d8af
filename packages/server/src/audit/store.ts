import type { Kysely, Transaction } from 'kysely';
import type { Json } from '../platform/json.ts';
import { storable } from '../platform/storable-text.ts';
import type { Actor } from '../policy/actor.ts';
import type { Tables } from '../tables.ts';
import { chainHash } from './chain.ts';
import type { AuditRow } from './tables.ts';

export interface AuditEntry {
  actor: Actor | { kind: 'anonymous'; name: string; address: string };
  /** Noun and verb, e.g. `host.create`. */
  action: string;
  resource?: { kind: string; id: string | null; name?: string | null };
  result: AuditRow['result'];
  /** Error code when it did not succeed. */
  code?: string;
  /** What changed, without secrets. */
  difference?: Json;
}

function toRow(entry: AuditEntry, sequence: number, time: number): Omit<AuditRow, 'hash'> {
  const { actor } = entry;
  return {
    sequence,
    time,
    actor_kind: actor.kind,
    actor_id: actor.kind === 'anonymous' ? null : actor.id,
    // Names may have been cut or come from elsewhere: what is hashed must be what the database gives back.
    actor_name: storable(actor.name),
    access_key_id: actor.kind === 'access_key' ? actor.accessKeyId : null,
    address: actor.kind === 'system' ? '' : actor.address,
    action: entry.action,
    resource_kind: entry.resource?.kind ?? null,
    resource_id: entry.resource?.id ?? null,
    resource_name: entry.resource?.name == null ? null : storable(entry.resource.name),
    result: entry.result,
    code: entry.code ?? null,
    // JSON.stringify itself escapes what is no whole character.
    difference: entry.difference === undefined ? null : JSON.stringify(entry.difference),
  };
}

/** Appends to the chain. The update of its head is the lock that keeps the order of rows the order of commits. */
export async function appendAudit(
  transaction: Transaction<Tables>,
  entries: readonly AuditEntry[],
  time: number,
): Promise<void> {
  if (entries.length === 0) return;
  const head = await transaction
    .updateTable('sequences')
    .set((eb) => ({ value: eb('value', '+', entries.length) }))
    .where('name', '=', 'audit_events')
    .returning(['value', 'hash'])
    .executeTakeFirstOrThrow();
  let hash = head.hash;
  const rows = entries.map((entry, index) => {
    const row = toRow(entry, head.value - entries.length + 1 + index, time);
    hash = chainHash(hash, row);
    return { ...row, hash };
  });
  await transaction.insertInto('audit_events').values(rows).execute();
  await transaction.updateTable('sequences').set({ hash }).where('name', '=', 'audit_events').execute();
}

const VERIFY_PAGE = 1000;

export interface ChainVerdict {
  valid: boolean;
  checked: number;
  /** Sequence of the first row that does not fit; null when all do. */
  firstBroken: number | null;
}

/** Reads the whole chain in pages and recomputes each hash, and compares the end with the remembered head. */
export async function verifyChain(query: Kysely<Tables>): Promise<ChainVerdict> {
  const head = await query
    .selectFrom('sequences')
    .selectAll()
    .where('name', '=', 'audit_events')
    .executeTakeFirstOrThrow();
  let previous = '';
  let checked = 0;
  for (;;) {
    const rows = await query
      .selectFrom('audit_events')
      .selectAll()
      .where('sequence', '>', checked)
      .where('sequence', '<=', head.value)
      .orderBy('sequence')
      .limit(VERIFY_PAGE)
      .execute();
    for (const { hash, ...row } of rows) {
      const expected = chainHash(previous, row);
      if (row.sequence !== checked + 1 || hash !== expected) return { valid: false, checked, firstBroken: checked + 1 };
      previous = hash;
      checked += 1;
    }
    if (rows.length < VERIFY_PAGE) break;
  }
  const isWhole = checked === head.value && previous === head.hash;
  return isWhole ? { valid: true, checked, firstBroken: null } : { valid: false, checked, firstBroken: checked + 1 };
}
