import type { RetentionPolicy, Schedule } from '@sampan/backup';
import { fromJson } from '../platform/json.ts';
import type { PresetName } from './presets.ts';
import type { PlanRow } from './tables.ts';

export interface Sources {
  /** Absolute paths of the computer of the plan. */
  paths: string[];
  /** Patterns of paths, that are looked up when it runs. */
  includes: string[];
  /** restic's patterns. */
  excludes: string[];
  /** Names of sets of patterns that are excluded. */
  presets: PresetName[];
  oneFileSystem: boolean;
  /** A copy of Sampan's own database goes with it. */
  ownDatabase: boolean;
}

export type HookMoment = 'before' | 'after' | 'failure' | 'before_restore' | 'after_restore';

/** A hook without what is secret of it: addresses may carry tokens, so they are sealed. */
export interface Hook {
  id: string;
  moment: HookMoment;
  kind: 'web' | 'command';
  /** Program and arguments; no shell. */
  command: string[];
  timeoutSeconds: number;
  /** What a failure of a hook before does; those after never change how a run ended. */
  onFailure: 'stop' | 'continue';
}

export interface PlanLimits {
  uploadBytesPerSecond: number | null;
  downloadBytesPerSecond: number | null;
  /** 0 to 19; lower priority of the CPU. */
  nice: number | null;
  processors: number | null;
  readConcurrency: number | null;
}

export interface PlanSettings {
  sources: Sources;
  schedule: Schedule;
  jitterMinutes: number;
  /** One run makes up for those that were missed. */
  catchUp: boolean;
  retention: RetentionPolicy;
  /** Whose days and weeks retention counts. */
  timeZone: string;
  compression: 'auto' | 'off' | 'max';
  limits: PlanLimits;
  hooks: Hook[];
  drill: { schedule: Schedule; samples: number };
  tags: string[];
  /** Stands in the snapshots, whatever the computer is called later. */
  hostname: string;
}

export function settingsOf(row: Pick<PlanRow, 'settings'>): PlanSettings {
  const settings = fromJson<PlanSettings>(row.settings);
  // Plans that were saved before there were patterns of paths have none.
  return { ...settings, sources: { ...settings.sources, includes: settings.sources.includes ?? [] } };
}
