import {
  type HookMoment,
  type Plan,
  type PlanLimits,
  type PlanSources,
  RETENTION_KEYS,
  type Retention,
  type RetentionKey,
  type Schedule,
} from '../api/backup-resources.ts';
import { bytesText } from '../options-form/form-values.ts';
import { readBytes } from './read-bytes.ts';
import { type ScheduleDraft, scheduleDraft, scheduleOf, scheduleProblem } from './schedule-draft.ts';

export interface HookInput {
  id?: string;
  moment: HookMoment;
  kind: 'web' | 'command';
  url?: string;
  command?: string[];
  timeoutSeconds: number;
  onFailure: 'stop' | 'continue';
}

interface MirrorInput {
  repositoryId?: string;
  storageId?: string;
}

/** What a plan is changed to. */
export interface PlanEditInput {
  name: string;
  sources: PlanSources;
  schedule: Schedule;
  jitterMinutes: number;
  catchUp: boolean;
  retention: Retention;
  timeZone: string;
  compression: Plan['compression'];
  limits: PlanLimits;
  hooks: HookInput[];
  drill: { schedule: Schedule; samples: number };
  tags: string[];
  objectiveMinutes?: number | null;
  mirrors: MirrorInput[];
}

export interface PlanInput extends PlanEditInput {
  repositoryId?: string;
  storageId?: string;
  folder?: string;
  runNow?: boolean;
}

/** Where backups go: `storage:ID`, on which a repository is made, or `repository:ID`; empty while nothing is chosen. */
export type Where = string;

export interface HookDraft {
  /** For drawing; that of the server when it knows the hook. */
  key: string;
  id: string | null;
  moment: HookMoment;
  kind: 'web' | 'command';
  /** Blank: the stored one stays. */
  url: string;
  /** Program and arguments, one in each line. */
  command: string;
  timeoutSeconds: string;
  onFailure: 'stop' | 'continue';
  shownUrl: string | null;
}

export const LIMIT_KEYS = [
  'uploadBytesPerSecond',
  'downloadBytesPerSecond',
  'nice',
  'processors',
  'readConcurrency',
] as const satisfies readonly (keyof PlanLimits)[];
export type LimitKey = (typeof LIMIT_KEYS)[number];

/** A plan as the fields of its form hold it. */
export interface PlanDraft {
  name: string;
  paths: readonly string[];
  /** Patterns of paths, one in each line. */
  includes: string;
  /** One pattern in each line. */
  excludes: string;
  presets: readonly string[];
  oneFileSystem: boolean;
  ownDatabase: boolean;
  where: Where;
  folder: string;
  schedule: ScheduleDraft;
  jitterMinutes: string;
  catchUp: boolean;
  retention: Readonly<Record<RetentionKey, string>>;
  objective: 'usual' | 'none' | 'hours';
  objectiveHours: string;
  mirrors: readonly Where[];
  drill: ScheduleDraft;
  samples: string;
  compression: Plan['compression'];
  limits: Readonly<Record<LimitKey, string>>;
  hooks: readonly HookDraft[];
  tags: readonly string[];
  runNow: boolean;
}

/** As the server does it when nothing is said. */
const USUAL_RETENTION: Retention = { last: 3, daily: 7, weekly: 4, monthly: 12 };
const USUAL_DRILL: Schedule = { kind: 'times', times: ['05:30'], weekdays: [7] };

const isBytes = (key: LimitKey) => key.endsWith('BytesPerSecond');

/** The form of a plan, or of a new one in the time zone of the person. */
export function planDraft(plan: Plan | null, timeZone: string): PlanDraft {
  const retention = plan?.retention ?? USUAL_RETENTION;
  const limitText = (key: LimitKey) => {
    const limit = plan?.limits[key] ?? null;
    return limit === null ? '' : isBytes(key) ? bytesText(limit) : String(limit);
  };
  const objective = plan?.objectiveMinutes;
  return {
    name: plan?.name ?? '',
    paths: plan?.sources.paths ?? [],
    includes: plan?.sources.includes?.join('\n') ?? '',
    excludes: plan?.sources.excludes.join('\n') ?? '',
    presets: plan?.sources.presets ?? [],
    oneFileSystem: plan?.sources.oneFileSystem ?? false,
    ownDatabase: plan?.sources.ownDatabase ?? false,
    where: plan ? `repository:${plan.repositoryId}` : '',
    folder: '',
    schedule: scheduleDraft(plan?.schedule, plan?.timeZone ?? timeZone),
    jitterMinutes: String(plan?.jitterMinutes ?? 0),
    catchUp: plan?.catchUp ?? true,
    retention: Object.fromEntries(RETENTION_KEYS.map((key) => [key, String(retention[key] ?? '')])) as Record<
      RetentionKey,
      string
    >,
    objective: objective === undefined ? 'usual' : objective === null ? 'none' : 'hours',
    objectiveHours: objective ? String(Math.round((objective / 60) * 100) / 100) : '26',
    mirrors: plan?.mirrors.map(({ repositoryId }) => `repository:${repositoryId}`) ?? [],
    drill: scheduleDraft(plan?.drill.schedule ?? { ...USUAL_DRILL, timeZone }, timeZone),
    samples: String(plan?.drill.samples ?? 20),
    compression: plan?.compression ?? 'auto',
    limits: Object.fromEntries(LIMIT_KEYS.map((key) => [key, limitText(key)])) as Record<LimitKey, string>,
    hooks:
      plan?.hooks.map((hook) => ({
        ...{ key: hook.id, id: hook.id, moment: hook.moment, kind: hook.kind, url: '', shownUrl: hook.url },
        ...{ command: hook.command.join('\n'), timeoutSeconds: String(hook.timeoutSeconds), onFailure: hook.onFailure },
      })) ?? [],
    tags: plan?.tags ?? [],
    runNow: true,
  };
}

export function linesOf(text: string): string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean);
}

export function retentionOf(texts: PlanDraft['retention']): Retention {
  const kept = RETENTION_KEYS.map((key) => [key, Number(texts[key].trim())] as const);
  return Object.fromEntries(kept.filter(([, count]) => Number.isInteger(count) && count > 0));
}

function whereInput(where: Where): MirrorInput {
  const [kind, id = ''] = where.split(':');
  return kind === 'storage' ? { storageId: id } : { repositoryId: id };
}

function limitOf(key: LimitKey, text: string): number | null {
  if (text.trim() === '') return null;
  return isBytes(key) ? (readBytes(text) ?? Number.NaN) : Number(text);
}

export function objectiveOf(draft: PlanDraft): number | null | undefined {
  if (draft.objective === 'usual') return undefined;
  return draft.objective === 'none' ? null : Math.round(Number(draft.objectiveHours) * 60);
}

export function sourcesOf(draft: PlanDraft): PlanSources {
  return {
    ...{ paths: [...draft.paths], includes: linesOf(draft.includes), excludes: linesOf(draft.excludes) },
    ...{ presets: [...draft.presets], oneFileSystem: draft.oneFileSystem, ownDatabase: draft.ownDatabase },
  };
}

/** What is sent to change a plan. */
export function planEdit(draft: PlanDraft): PlanEditInput {
  const objectiveMinutes = objectiveOf(draft);
  return {
    name: draft.name.trim(),
    sources: sourcesOf(draft),
    schedule: scheduleOf(draft.schedule),
    jitterMinutes: Number(draft.jitterMinutes || 0),
    catchUp: draft.catchUp,
    retention: retentionOf(draft.retention),
    timeZone: draft.schedule.timeZone,
    compression: draft.compression,
    limits: Object.fromEntries(
      LIMIT_KEYS.map((key) => [key, limitOf(key, draft.limits[key])]),
    ) as unknown as PlanLimits,
    hooks: draft.hooks.map(hookInput),
    drill: {
      schedule: scheduleOf({ ...draft.drill, timeZone: draft.schedule.timeZone }),
      samples: Number(draft.samples),
    },
    tags: [...draft.tags],
    ...(objectiveMinutes !== undefined && { objectiveMinutes }),
    mirrors: draft.mirrors.filter(Boolean).map(whereInput),
  };
}

/** What is sent to make a plan. */
export function planInput(draft: PlanDraft): PlanInput {
  const folder = draft.folder.trim();
  const where = whereInput(draft.where);
  return {
    ...planEdit(draft),
    ...where,
    ...(where.storageId && folder && { folder }),
    runNow: draft.runNow,
  };
}

function hookInput(hook: HookDraft): HookInput {
  return {
    ...(hook.id && { id: hook.id }),
    ...{ moment: hook.moment, kind: hook.kind, onFailure: hook.onFailure },
    timeoutSeconds: Number(hook.timeoutSeconds || 60),
    ...(hook.kind === 'web' && hook.url.trim() && { url: hook.url.trim() }),
    ...(hook.kind === 'command' && { command: hook.command.split('\n').filter((line) => line !== '') }),
  };
}

/** What is wrong at a field, in words of the dictionary. */
export type PlanProblem =
  | 'required'
  | 'sourcesNeeded'
  | 'whereNeeded'
  | 'wholeNumber'
  | 'rateWrong'
  | 'objectiveWrong'
  | 'hookUrlNeeded'
  | 'hookCommandNeeded'
  | NonNullable<ReturnType<typeof scheduleProblem>>;

function isWhole(text: string, minimum: number, maximum: number): boolean {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isInteger(value) && value >= minimum && value <= maximum;
}

const LIMIT_RANGES: Readonly<Record<LimitKey, readonly [number, number]>> = {
  uploadBytesPerSecond: [1024, 1e12],
  downloadBytesPerSecond: [1024, 1e12],
  nice: [0, 19],
  processors: [1, 1024],
  readConcurrency: [1, 64],
};

/** What can be seen to be wrong without the server, by the names of its fields. */
export function planProblems(draft: PlanDraft): Map<string, PlanProblem> {
  const found = new Map<string, PlanProblem>();
  if (draft.name.trim() === '') found.set('name', 'required');
  if (draft.paths.length === 0 && linesOf(draft.includes).length === 0 && !draft.ownDatabase)
    found.set('sources.paths', 'sourcesNeeded');
  if (draft.where === '') found.set('repositoryId', 'whereNeeded');
  const schedule = scheduleProblem(draft.schedule);
  if (schedule) found.set('schedule', schedule);
  const drill = scheduleProblem(draft.drill);
  if (drill) found.set('drill.schedule', drill);
  if (!isWhole(draft.samples, 1, 200)) found.set('drill.samples', 'wholeNumber');
  if (!isWhole(draft.jitterMinutes || '0', 0, 720)) found.set('jitterMinutes', 'wholeNumber');
  for (const key of RETENTION_KEYS) {
    if (draft.retention[key].trim() !== '' && !isWhole(draft.retention[key], 0, 36_500))
      found.set(`retention.${key}`, 'wholeNumber');
  }
  if (draft.objective === 'hours') {
    const minutes = Number(draft.objectiveHours) * 60;
    if (!(minutes >= 10 && minutes <= 527_040)) found.set('objectiveMinutes', 'objectiveWrong');
  }
  for (const key of LIMIT_KEYS) {
    const limit = limitOf(key, draft.limits[key]);
    const [minimum, maximum] = LIMIT_RANGES[key];
    if (limit !== null && !(limit >= minimum && limit <= maximum && Number.isInteger(limit)))
      found.set(`limits.${key}`, isBytes(key) ? 'rateWrong' : 'wholeNumber');
  }
  for (const [at, hook] of draft.hooks.entries()) {
    const isStored = hook.id !== null && hook.shownUrl !== null;
    if (hook.kind === 'web' && hook.url.trim() === '' && !isStored) found.set(`hooks.${at}.url`, 'hookUrlNeeded');
    if (hook.kind === 'command' && hook.command.trim() === '') found.set(`hooks.${at}.command`, 'hookCommandNeeded');
    if (!isWhole(hook.timeoutSeconds, 1, 86_400)) found.set(`hooks.${at}.timeoutSeconds`, 'wholeNumber');
  }
  return found;
}
