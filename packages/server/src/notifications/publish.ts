import type { Change } from '../platform/changes.ts';
import { newId } from '../platform/ids.ts';
import { storable } from '../platform/storable-text.ts';
import type { ResourceReference } from './rules.ts';
import type { Severity } from './tables.ts';
import type { EventName } from './texts/known-events.ts';

/** Something that people may want to be told. */
export interface Notice {
  /** One of the known events, see texts/known-events.ts; its parameters are named there. */
  event: EventName;
  severity: Severity;
  subject: { kind: 'plan' | 'host' | 'storage' | 'repository' | 'system'; id: string; name: string };
  /** What else it is about, for the rules: e.g. the storage of a plan. */
  related?: readonly ResourceReference[];
  /**
   * What is one trouble has one key, e.g. `storage.unreachable:ID`: while it lasts it is told again only after the time that
   * the channel sets. What happens anew each time has a key of its own each time, e.g. `plan.run_succeeded:RUN_ID`.
   */
  repeatKey: string;
  /** The key of the trouble that this ends. A recovery is told only where the trouble was. */
  resolves?: string;
  /** Milliseconds since 1970 for times, milliseconds for durations; never a secret. */
  parameters: Readonly<Record<string, string | number>>;
  /** Page of the console, e.g. `/plans/ID`. */
  path: string;
}

export interface Publisher {
  /**
   * Within a change: it is told exactly if the change commits. Call it after the row that it is about was written, so that
   * what is told about one thing is told in the order in which it happened.
   */
  publish(change: Change, notice: Notice): Promise<void>;
}

/** The row of a notice, which waits to be handed out to the channels. */
export async function insertNotice(change: Change, notice: Notice, now: number): Promise<void> {
  await change.db
    .insertInto('notices')
    .values({
      id: newId(now),
      created_at: now,
      event: notice.event,
      severity: notice.severity,
      subject_kind: notice.subject.kind,
      subject_id: notice.subject.id,
      subject_name: storable(notice.subject.name),
      related: JSON.stringify(notice.related ?? []),
      repeat_key: notice.repeatKey,
      resolves: notice.resolves ?? null,
      parameters: JSON.stringify(
        Object.fromEntries(
          Object.entries(notice.parameters).map(([name, value]) => [
            name,
            typeof value === 'string' ? storable(value) : value,
          ]),
        ),
      ),
      path: notice.path,
      dispatched_at: null,
    })
    .execute();
}
