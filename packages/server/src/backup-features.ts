import { Catalogs } from './backups/catalogs.ts';
import { deleteKind } from './backups/delete-kind.ts';
import { BackupQueries } from './backups/queries.ts';
import { BackupService } from './backups/service.ts';
import type { EventHub } from './events/hub.ts';
import type { Notifications } from './notifications/notifications.ts';
import type { OperationService } from './operations/service.ts';
import { adoptKind } from './plans/adopt-kind.ts';
import { backupKind } from './plans/backup-kind.ts';
import { drillKind } from './plans/drill-kind.ts';
import { HookRunner } from './plans/hooks.ts';
import { indexKind } from './plans/index-kind.ts';
import { measurePlans } from './plans/metrics.ts';
import { mirrorKind } from './plans/mirror-kind.ts';
import { PlanQueries } from './plans/queries.ts';
import { BackupRoots } from './plans/roots.ts';
import { startPlanSchedule } from './plans/schedule.ts';
import { PlanService } from './plans/service.ts';
import { Slots } from './plans/slots.ts';
import { planNews, repositoryNews } from './plans/tell.ts';
import { PlanWork } from './plans/work.ts';
import type { Changes } from './platform/changes.ts';
import type { Database } from './platform/database/open.ts';
import type { Egress } from './platform/egress.ts';
import type { Log } from './platform/log.ts';
import type { Metrics } from './platform/metrics.ts';
import type { Sealer } from './platform/secrets/sealer.ts';
import { RepositoryAccesses } from './repositories/access.ts';
import { checkKind, createKind, passwordKind, pruneKind, unlockKind } from './repositories/kinds.ts';
import { RepositoryQueries } from './repositories/queries.ts';
import { ResticFinder } from './repositories/restic.ts';
import { RepositoryService } from './repositories/service.ts';
import { RepositoryStates } from './repositories/states.ts';
import { restoreKind } from './restores/kind.ts';
import { RestoreService } from './restores/service.ts';
import { RunService } from './runs/service.ts';
import type { Settings } from './settings.ts';
import type { StorageConnections } from './storages/connections.ts';
import type { StorageService } from './storages/service.ts';

/** Backups at once on one computer; the others wait. */
const BACKUPS_AT_ONCE = 2;

export interface BackupFeatures {
  restic: ResticFinder;
  repositories: RepositoryService;
  plans: PlanService;
  runs: RunService;
  backups: BackupService;
  restores: RestoreService;
  backupQueries: BackupQueries;
  /** Begins to look for what is due. */
  start(): void;
  stop(): Promise<void>;
}

/** Replaceable for tests. */
export interface BackupReplaceable {
  resticFiles?: readonly string[];
  longestPauseMs?: number;
  backupsAtOnce?: number;
  /** Milliseconds since 1970, for what is due and how fresh it is. */
  now?: () => number;
}

/** Puts the features of backups together: repositories, plans, runs, backups and restores. */
export function assembleBackups(parts: {
  settings: Settings;
  database: Database;
  changes: Changes;
  sealer: Sealer;
  operations: OperationService;
  storages: StorageService;
  storageConnections: StorageConnections;
  notifications: Notifications;
  egress: Egress;
  hub: EventHub;
  metrics: Metrics;
  log: Log;
  nodeId: string;
  /** Nothing is begun by itself while it is. */
  isHeld: () => boolean;
  replaceable: BackupReplaceable | undefined;
}): BackupFeatures {
  const { settings, database, changes, operations, log, notifications, replaceable = {} } = parts;
  const { dataFolder } = settings;
  const restic = new ResticFinder(replaceable.resticFiles);
  const accesses = new RepositoryAccesses({ ...parts, restic, dataFolder });
  const catalogs = new Catalogs(dataFolder);
  const roots = new BackupRoots(settings);
  const news = planNews(notifications);
  const hooks = new HookRunner({
    ...{ query: database.query, sealer: parts.sealer, egress: parts.egress },
    allowCommands: settings.allowCommandHooks,
  });

  const repositoryQueries = new RepositoryQueries(parts);
  const repositories = new RepositoryService({ ...parts, queries: repositoryQueries, accesses });
  const backupQueries = new BackupQueries({ database });
  const work = new PlanWork({ database, changes, operations, catalogs, news });
  const now = replaceable.now ?? Date.now;
  const planQueries = new PlanQueries({ ...parts, repositories: repositoryQueries, backups: backupQueries, now });
  const plans = new PlanService({
    ...parts,
    ...{ queries: planQueries, work, repositories, roots, allowCommands: settings.allowCommandHooks },
  });
  const runs = new RunService({ database, changes });
  const backups = new BackupService({ ...parts, queries: backupQueries, catalogs, accesses, work });
  const restores = new RestoreService({ database, changes, operations, roots });

  repositoryQueries.usePlans((ids) => planQueries.plansOfRepositories(ids));
  backupQueries.useNames({
    plans: (ids) => planQueries.names(ids),
    repositories: (ids) => repositoryQueries.mentioned(ids),
  });
  runs.usePlanNames((ids) => planQueries.names(ids));
  parts.storages.useGuard((change, id) => repositories.demandStorageFree(change, id));
  parts.storages.queries.usePlanCounts((ids) => planQueries.countsOfStorages(ids));

  const repositoryStates = new RepositoryStates(changes);
  const repositoryParts = {
    ...{ database, changes, sealer: parts.sealer, accesses, states: repositoryStates },
    news: repositoryNews(changes, notifications),
  };
  for (const kind of [createKind, checkKind, pruneKind, unlockKind, passwordKind])
    operations.register(kind(repositoryParts));
  const engine = { database, changes, accesses, catalogs, news, hooks, dataFolder, repositoryStates };
  operations.register(
    backupKind({
      ...engine,
      ...{
        roots,
        work,
        operations,
        slots: new Slots(replaceable.backupsAtOnce ?? BACKUPS_AT_ONCE),
        longestPauseMs: replaceable.longestPauseMs,
      },
    }),
  );
  operations.register(adoptKind({ database, changes, accesses, backupQueries, work }));
  for (const kind of [mirrorKind, drillKind, indexKind, deleteKind]) operations.register(kind(engine));
  const endRoutineChecks = (id: string) => repositories.endRoutineChecks(id);
  for (const isPreview of [true, false]) operations.register(restoreKind({ ...engine, endRoutineChecks }, isPreview));

  parts.hub.resolve('repository', (ids) => repositoryQueries.views(ids));
  parts.hub.resolve('plan', (ids) => planQueries.views(ids));
  parts.hub.resolve('run', (ids) => runs.views(ids));
  parts.hub.resolve('backup', (ids) => backupQueries.views(ids));
  parts.hub.resolve('restore', (ids) => restores.views(ids));
  measurePlans(parts.metrics, planQueries);

  let schedule: { stop: () => Promise<void> } | undefined;
  return {
    ...{ restic, repositories, plans, runs, backups, restores, backupQueries },
    start() {
      schedule = startPlanSchedule({ work, repositories, now, isHeld: parts.isHeld }, log);
    },
    async stop() {
      await schedule?.stop();
      accesses.stop();
      await catalogs.stop();
    },
  };
}
