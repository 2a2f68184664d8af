/** What the commands read of the API's answers about backups; the whole shapes are in the API description. */
export interface ScheduleView {
  kind: string;
  times?: string[];
  weekdays?: number[];
  minutes?: number;
  expression?: string;
  timeZone?: string;
}

export interface PlanView {
  id: string;
  revision: number;
  name: string;
  repositoryId: string;
  repositoryName: string;
  repositoryDamaged: boolean;
  sources: {
    paths: string[];
    includes: string[];
    excludes: string[];
    presets: string[];
    oneFileSystem: boolean;
    ownDatabase: boolean;
  };
  schedule: ScheduleView;
  nextRuns: string[];
  retention: Record<string, number>;
  timeZone: string;
  hooks: { moment: string; url: string | null; command: string[] }[];
  drill: { schedule: ScheduleView; samples: number; nextAt: string | null };
  mirrors: {
    repositoryId: string;
    repositoryName: string;
    repositoryDamaged: boolean;
    state: string;
    behind: number;
    copiedAt: string | null;
  }[];
  paused: boolean;
  objectiveMinutes: number | null;
  freshness: string;
  lastRun: { id: string; state: string } | null;
  lastBackupAt: string | null;
  lastProvenAt: string | null;
  lastDrill: { state: string; at: string } | null;
  files: number | null;
  bytes: number | null;
}

export interface SourcePreview {
  files: number;
  folders: number;
  bytes: number;
  excluded: { count: number; first: string[] };
  unreadable: { count: number; first: { path: string; reason: string }[] };
  largestFiles: { path: string; bytes: number }[];
  isCut: boolean;
}

export interface RunView {
  id: string;
  planName: string;
  reason: string;
  state: string;
  backupId: string | null;
  unreadCount: number;
  error: { message: string; hint: string | null } | null;
  files: number | null;
  bytes: number | null;
  bytesAdded: number | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}

export interface BackupView {
  id: string;
  planId: string;
  planName: string;
  snapshotId: string;
  time: string;
  state: string;
  unreadCount: number;
  files: number;
  bytes: number;
  bytesAdded: number;
  paths: string[];
  title: string;
  note: string;
  pinned: boolean;
  provenAt: string | null;
  damagedAt: string | null;
  places: { repositoryId: string; repositoryName: string; repositoryDamaged: boolean; isMirror: boolean }[];
}

export interface NodeView {
  path: string;
  name: string;
  kind: string;
  size: number;
  modified: string;
}

export interface RestoreView {
  id: string;
  backupId: string;
  state: string;
  preview: boolean;
  target: string | null;
  files: number;
  bytes: number;
  untouched: number;
  deleted: number;
  items: Record<string, { count: number; bytes: number; first: { path: string; size: number }[] }> | null;
  failures: { path: string; reason: string }[];
  createdAt: string;
}

export interface RepositoryView {
  id: string;
  name: string;
  storageName: string;
  folder: string;
  state: string;
  appendOnly: boolean;
  resticId: string | null;
  error: { code: string; message: string; hint: string | null } | null;
  damage: { foundAt: string; firstFoundAt: string; foundBy: string; operationId: string | null } | null;
  plans: { name: string; isMirror: boolean }[];
  maintenance: {
    prune: { schedule: ScheduleView; maximumUnusedPercent: number; nextAt: string | null };
    check: { schedule: ScheduleView; readDataPercent: number; nextAt: string | null };
  };
  checkedAt: string | null;
  check: { isSound: boolean; problems: string[] } | null;
  prunedAt: string | null;
  pruneError: { message: string } | null;
}
