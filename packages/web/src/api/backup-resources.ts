import type { ErrorRecord } from './problem.ts';
import type { LocalizedText } from './resources.ts';

/** As the API takes and gives it; which fields are there follows from `kind`. */
export interface Schedule {
  kind: 'manual' | 'times' | 'interval' | 'cron';
  times?: string[];
  /** 1 is Monday; none: every day. */
  weekdays?: number[];
  minutes?: number;
  expression?: string;
  timeZone?: string;
}

export const RETENTION_KEYS = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly', 'withinDays'] as const;
export type RetentionKey = (typeof RETENTION_KEYS)[number];
export type Retention = Partial<Record<RetentionKey, number>>;

export type Freshness = 'green' | 'amber' | 'red' | 'none' | 'paused';

export interface PlanLimits {
  uploadBytesPerSecond: number | null;
  downloadBytesPerSecond: number | null;
  nice: number | null;
  processors: number | null;
  readConcurrency: number | null;
}

export interface PlanSources {
  paths: string[];
  /** Patterns of paths, looked up when the plan runs. */
  includes: string[];
  excludes: string[];
  presets: string[];
  oneFileSystem: boolean;
  ownDatabase: boolean;
}

export const HOOK_MOMENTS = ['before', 'after', 'failure', 'before_restore', 'after_restore'] as const;
export type HookMoment = (typeof HOOK_MOMENTS)[number];

export interface PlanHook {
  id: string;
  moment: HookMoment;
  kind: 'web' | 'command';
  /** Without path and query. */
  url: string | null;
  command: string[];
  timeoutSeconds: number;
  onFailure: 'stop' | 'continue';
}

export interface PlanMirror {
  repositoryId: string;
  repositoryName: string;
  repositoryDamaged: boolean;
  state: 'new' | 'current' | 'waiting' | 'copying' | 'failed';
  error: ErrorRecord | null;
  copiedAt: string | null;
  /** Backups that are still to be copied. */
  behind: number;
}

/** What is being done to a plan or a repository, or waits. */
export interface OperationMark {
  id: string;
  kind: string;
  state: string;
}

export interface Plan {
  id: string;
  revision: number;
  name: string;
  repositoryId: string;
  repositoryName: string;
  repositoryDamaged: boolean;
  nodeId: string;
  isHere: boolean;
  sources: PlanSources;
  schedule: Schedule;
  jitterMinutes: number;
  catchUp: boolean;
  nextRuns: string[];
  retention: Retention;
  timeZone: string;
  compression: 'auto' | 'off' | 'max';
  limits: PlanLimits;
  hooks: PlanHook[];
  drill: { schedule: Schedule; samples: number; nextAt: string | null };
  tags: string[];
  mirrors: PlanMirror[];
  paused: boolean;
  objectiveMinutes: number | null;
  freshness: Freshness;
  overdueAt: string | null;
  operation: OperationMark | null;
  lastRun: { id: string; state: RunState } | null;
  lastCompleteAt: string | null;
  lastBackupAt: string | null;
  lastProvenAt: string | null;
  lastDrill: { state: string; at: string } | null;
  retentionError: ErrorRecord | null;
  files: number | null;
  bytes: number | null;
  createdAt: string;
  updatedAt: string;
}

export type RunState =
  | 'queued'
  | 'running'
  | 'paused'
  | 'succeeded'
  | 'partial'
  | 'failed'
  | 'cancelled'
  | 'interrupted';

export interface RunProgress {
  filesDone: number;
  files: number | null;
  bytesDone: number;
  bytes: number | null;
  bytesSent: number;
  ratePerSecond: number | null;
  remainingMs: number | null;
  currentFiles: string[];
  at: number;
}

export interface Run {
  id: string;
  revision: number;
  planId: string;
  planName: string;
  reason: 'schedule' | 'catch_up' | 'manual';
  state: RunState;
  pauseRequested: boolean;
  pausedAt: string | null;
  backupId: string | null;
  progress: RunProgress | null;
  unreadCount: number;
  error: ErrorRecord | null;
  files: number | null;
  bytes: number | null;
  bytesAdded: number | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}

export interface Drill {
  id: string;
  planId: string;
  backupId: string;
  repositoryId: string;
  state: 'queued' | 'running' | 'proven' | 'failed' | 'not_done';
  compared: number;
  bytes: number;
  findings: { path: string; state: 'missing' | 'different'; differences: string[] }[];
  /** Backups that hold what was found to be damaged. */
  affected: string[];
  error: ErrorRecord | null;
  createdAt: string;
  finishedAt: string | null;
}

export interface BackupPlace {
  repositoryId: string;
  repositoryName: string;
  repositoryDamaged: boolean;
  snapshotId: string;
  isMirror: boolean;
}

export interface Backup {
  id: string;
  revision: number;
  planId: string;
  planName: string;
  runId: string | null;
  snapshotId: string;
  time: string;
  state: 'complete' | 'partial';
  unreadCount: number;
  files: number;
  bytes: number;
  bytesAdded: number;
  filesNew: number;
  filesChanged: number;
  paths: string[];
  tags: string[];
  title: string;
  note: string;
  pinned: boolean;
  isIndexed: boolean;
  provenAt: string | null;
  damagedAt: string | null;
  places: BackupPlace[];
}

export interface BackupNode {
  path: string;
  name: string;
  kind: 'file' | 'folder' | 'link' | 'other';
  size: number;
  mode: number;
  modified: string;
}

export interface FoundNode extends BackupNode {
  firstBackupId: string;
  lastBackupId: string;
}

export interface NodeDifference {
  path: string;
  change: 'added' | 'removed' | 'changed';
  before: BackupNode | null;
  after: BackupNode | null;
}

export const OVERWRITE_RULES = ['if_changed', 'if_newer', 'always', 'never'] as const;
export type OverwriteRule = (typeof OVERWRITE_RULES)[number];

export interface RestoreItems {
  count: number;
  bytes: number;
  first: { path: string; size: number }[];
}

export interface Restore {
  id: string;
  revision: number;
  planId: string;
  backupId: string;
  repositoryId: string;
  preview: boolean;
  paths: string[] | null;
  /** Null: where things were. */
  target: string | null;
  overwrite: OverwriteRule;
  deleteOthers: boolean;
  verify: boolean;
  state: 'queued' | 'running' | 'succeeded' | 'partial' | 'failed' | 'cancelled' | 'interrupted';
  files: number;
  bytes: number;
  untouched: number;
  deleted: number;
  items: Record<'new' | 'overwritten' | 'untouched' | 'deleted', RestoreItems> | null;
  failures: { path: string; reason: string }[];
  error: ErrorRecord | null;
  createdAt: string;
  finishedAt: string | null;
}

export type RepositoryState = 'new' | 'ready' | 'unreachable' | 'refused' | 'damaged';

export interface Repository {
  id: string;
  revision: number;
  name: string;
  storageId: string;
  storageName: string;
  storageType: string;
  folder: string;
  resticId: string | null;
  appendOnly: boolean;
  state: RepositoryState;
  error: ErrorRecord | null;
  damage: {
    foundAt: string;
    firstFoundAt: string;
    foundBy: 'check' | 'drill';
    operationId: string | null;
    /** What a check has to read before the repository counts for sound again. */
    provenBy: 'structure' | 'all_data';
  } | null;
  nodeId: string | null;
  isHere: boolean;
  operation: OperationMark | null;
  plans: { id: string; name: string; isMirror: boolean }[];
  maintenance: {
    prune: { schedule: Schedule; maximumUnusedPercent: number; nextAt: string | null };
    check: { schedule: Schedule; readDataPercent: number; nextAt: string | null };
  };
  prunedAt: string | null;
  pruneError: ErrorRecord | null;
  checkedAt: string | null;
  check: { isSound: boolean; problems: string[]; readDataPercent: number } | null;
  bytes: number | null;
  createdAt: string;
  updatedAt: string;
}

export interface RepositoryLock {
  id: string;
  time: string;
  isExclusive: boolean;
  hostname: string;
  username: string;
  pid: number;
  owner: 'alive' | 'gone' | 'elsewhere';
}

export interface RepositorySnapshot {
  id: string;
  time: string;
  hostname: string;
  paths: string[];
  tags: string[];
  backupId: string | null;
}

export interface RecoverySheet {
  text: string;
  password: string;
  repositoryId: string;
}

export interface BackupEngine {
  available: boolean;
  version: string | null;
  isFull: boolean;
  capabilities: string[];
  error: { code: string; message: string; hint: string | null } | null;
}

export interface SourcePreview {
  paths: string[];
  files: number;
  folders: number;
  bytes: number;
  excluded: { count: number; first: string[] };
  unreadable: { count: number; first: { path: string; reason: string }[] };
  largestFiles: { path: string; bytes: number }[];
  largestFolders: { path: string; bytes: number }[];
  /** It was ended before everything was looked at. */
  isCut: boolean;
}

export interface SourcePreset {
  name: string;
  label: LocalizedText;
  patterns: string[];
}

export interface SourceFolder {
  /** Null: the allowed folders are listed. */
  path: string | null;
  items: { name: string; path: string; isFolder: boolean }[];
  isCut: boolean;
}

export interface RetentionVerdict {
  backupId: string | null;
  time: string;
  /** Empty: it goes. */
  reasons: string[];
}
