import { hostname } from 'node:os';
import type { RetentionPolicy } from '@sampan/backup';
import { SampanError } from '@sampan/driver';
import type { Static } from 'typebox';
import { InvalidRequest } from '../platform/http/problem.ts';
import { readSchedule } from '../platform/http/schedule-schema.ts';
import type { Actor } from '../policy/actor.ts';
import { readHooks } from './hooks.ts';
import type { PresetName } from './presets.ts';
import { type BackupRoots, baseOf } from './roots.ts';
import type { PlanEdit, RetentionInput, SourcesInput } from './schema.ts';
import type { PlanSettings, Sources } from './settings.ts';

type Settings = Omit<Static<typeof PlanEdit>, 'name' | 'sources'>;

const NO_LIMITS: PlanSettings['limits'] = {
  ...{ uploadBytesPerSecond: null, downloadBytesPerSecond: null, nice: null, processors: null, readConcurrency: null },
};
const DEFAULT_RETENTION: RetentionPolicy = { last: 3, daily: 7, weekly: 4, monthly: 12 };

export function wrong(field: string, code: string, message: string): InvalidRequest {
  return new InvalidRequest([{ field, code, message }]);
}

function readRetention(given: Static<typeof RetentionInput>): RetentionPolicy {
  return Object.fromEntries(Object.entries(given).filter(([, count]) => count !== undefined && count !== 0));
}

function demandTimeZone(timeZone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch {
    throw wrong('timeZone', 'bad_format', `there is no time zone ${timeZone}: give a name such as Asia/Shanghai`);
  }
}

/** @throws InvalidRequest for bad input; SampanError for what this person may not read */
export async function readSources(
  given: Static<typeof SourcesInput>,
  by: { actor: Actor; roots: BackupRoots },
): Promise<Sources> {
  const { actor, roots } = by;
  const paths = [...new Set(given.paths.map((each) => roots.checkForm(each, 'sources.paths')))];
  const includes = [...new Set((given.includes ?? []).map((each) => roots.checkForm(each, 'sources.includes')))];
  for (const each of includes) await roots.demand(baseOf(each), actor, 'read');
  if (paths.length + includes.length === 0 && !given.ownDatabase) {
    throw wrong('sources.paths', 'required', 'a plan needs something to back up: give paths');
  }
  for (const each of paths) await roots.demand(each, actor, 'read');
  if (given.ownDatabase && actor.kind !== 'system' && actor.role !== 'administrator') {
    throw new SampanError('permission_denied_here', 'Backing up Sampan’s own database is for administrators.', {
      hint: 'Ask an administrator to make the plan.',
    });
  }
  const excludes = [...new Set((given.excludes ?? []).map((pattern) => pattern.trim()).filter(Boolean))];
  if (excludes.some((pattern) => pattern.includes('\n')))
    throw wrong('sources.excludes', 'bad_format', 'a pattern is one line');
  return {
    ...{ paths, includes, excludes, presets: (given.presets ?? []) as PresetName[] },
    ...{ oneFileSystem: given.oneFileSystem === true, ownDatabase: given.ownDatabase === true },
  };
}

/** What is asked for over what there was, and the sealed addresses of its hooks. @throws InvalidRequest */
export function readSettings(
  given: Settings,
  sources: Sources,
  before: PlanSettings | null,
  by: { actor: Actor; allowCommands: boolean; knownUrls: ReadonlyMap<string, string> },
): { settings: PlanSettings; urls: ReadonlyMap<string, string> } {
  const schedule = given.schedule
    ? readSchedule(given.schedule, 'schedule')
    : (before?.schedule ?? { kind: 'manual' as const });
  const timeZone =
    given.timeZone ?? before?.timeZone ?? ('timeZone' in schedule ? schedule.timeZone : undefined) ?? 'UTC';
  const known = { hooks: before?.hooks ?? [], urls: by.knownUrls };
  const hooks = given.hooks ? readHooks(given.hooks, known, by) : known;
  const drill = given.drill
    ? {
        schedule: readSchedule(given.drill.schedule, 'drill.schedule'),
        samples: given.drill.samples ?? before?.drill.samples ?? 20,
      }
    : (before?.drill ?? {
        schedule: { kind: 'times' as const, times: ['05:30'], weekdays: [7], timeZone: demandTimeZone(timeZone) },
        samples: 20,
      });
  return {
    urls: hooks.urls,
    settings: {
      ...{ sources, schedule, drill, hooks: hooks.hooks, timeZone: demandTimeZone(timeZone) },
      jitterMinutes: given.jitterMinutes ?? before?.jitterMinutes ?? 0,
      catchUp: given.catchUp ?? before?.catchUp ?? true,
      retention: given.retention ? readRetention(given.retention) : (before?.retention ?? DEFAULT_RETENTION),
      compression: (given.compression ?? before?.compression ?? 'auto') as PlanSettings['compression'],
      limits: { ...(before?.limits ?? NO_LIMITS), ...given.limits },
      tags: given.tags ?? before?.tags ?? [],
      hostname: before?.hostname ?? hostname(),
    },
  };
}
