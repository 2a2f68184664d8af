import { type FieldProblem, InvalidRequest } from '../platform/http/problem.ts';
import { fromJson } from '../platform/json.ts';
import type { ChannelRow, NoticeRow, Severity } from './tables.ts';
import { isAtLeast } from './texts/compose.ts';
import { EVENT_NAMES } from './texts/known-events.ts';

export interface ResourceReference {
  kind: string;
  id: string;
}

/** What one rule lets through; a channel tells what any of its rules does. */
export interface Rule {
  /** Names of events; null: all. */
  events: readonly string[] | null;
  severity: Severity;
  /** What it must be about, itself or by relation, e.g. a plan, a host or a storage; null: anything. */
  resources: readonly ResourceReference[] | null;
}

/** @throws InvalidRequest for events that do not exist, which would silently let nothing through */
export function demandKnownEvents(rules: readonly Rule[]): void {
  const names: readonly string[] = EVENT_NAMES;
  const problems: FieldProblem[] = rules.flatMap((rule, index) =>
    (rule.events ?? [])
      .filter((name) => !names.includes(name))
      .map((name) => ({
        field: `rules.${index}.events`,
        code: 'not_offered',
        message: `there is no event ${name}; there are: ${names.join(', ')}`,
      })),
  );
  if (problems.length > 0) throw new InvalidRequest(problems);
}

function lets(rule: Rule, notice: Pick<NoticeRow, 'event' | 'severity'>, about: readonly ResourceReference[]): boolean {
  if (!isAtLeast(notice.severity, rule.severity)) return false;
  if (rule.events !== null && !rule.events.includes(notice.event)) return false;
  return (
    rule.resources === null ||
    rule.resources.some((wanted) => about.some(({ kind, id }) => kind === wanted.kind && id === wanted.id))
  );
}

/** Whether a channel is to tell a notice. */
export function isWanted(channel: Pick<ChannelRow, 'rules'>, notice: NoticeRow): boolean {
  const about = [
    { kind: notice.subject_kind, id: notice.subject_id },
    ...fromJson<ResourceReference[]>(notice.related),
  ];
  return fromJson<Rule[]>(channel.rules).some((rule) => lets(rule, notice, about));
}
