import { readFileSync } from 'node:fs';
import type { ComputeDriverType } from '@sampan/compute';
import { type StorageDriverType, storageDriverTypes } from '@sampan/storage';
import type { RouteOptions } from 'fastify';
import { AccessKeyService } from './access-keys/service.ts';
import { type App, makeApp } from './app.ts';
import { Authentication } from './authentication/authenticate.ts';
import { assembleBackups, type BackupReplaceable } from './backup-features.ts';
import { BucketService } from './buckets/service.ts';
import { EventHub } from './events/hub.ts';
import { HostConnections } from './hosts/connections.ts';
import { startSyncSchedule } from './hosts/schedule.ts';
import { HostService } from './hosts/service.ts';
import { syncKind } from './hosts/sync.ts';
import { HostTypes } from './hosts/types.ts';
import { InstancePoller } from './instances/poller.ts';
import { powerKind } from './instances/power-kind.ts';
import { InstanceService } from './instances/service.ts';
import { InventoryService } from './inventory/service.ts';
import { type NotificationParts, Notifications } from './notifications/notifications.ts';
import { cleanupKind } from './objects/cleanup-kind.ts';
import { copyKind } from './objects/copy-kind.ts';
import { deleteKind } from './objects/delete-kind.ts';
import { ObjectService } from './objects/service.ts';
import { uploadKind } from './objects/upload-kind.ts';
import { UploadStreams } from './objects/upload-streams.ts';
import { OperationRunner } from './operations/runner.ts';
import { OperationService } from './operations/service.ts';
import { Changes } from './platform/changes.ts';
import { openDatabase } from './platform/database/open.ts';
import { makeEgress } from './platform/egress.ts';
import type { Log } from './platform/log.ts';
import { makeMetrics } from './platform/metrics.ts';
import { readNodeId } from './platform/node-id.ts';
import { KeySource } from './platform/secrets/key-source.ts';
import { openSealer } from './platform/secrets/open-sealer.ts';
import { sleep } from './platform/time.ts';
import { addRoutes } from './routes.ts';
import { SessionService } from './sessions/service.ts';
import type { Settings } from './settings.ts';
import { SetupService } from './setup/service.ts';
import { SimulatedCloudService } from './simulated-clouds/service.ts';
import { checkKind } from './storages/check-kind.ts';
import { StorageConnections } from './storages/connections.ts';
import { folderCheck } from './storages/folders.ts';
import { measureKind } from './storages/measure-kind.ts';
import { startStorageSchedule } from './storages/schedule.ts';
import { StorageService } from './storages/service.ts';
import { StorageTraffic } from './storages/traffic.ts';
import { StorageTypes } from './storages/types.ts';
import { StorageUsage } from './storages/usage.ts';
import { assembleSystem } from './system/system.ts';
import { UserService } from './users/service.ts';

export interface RunningServer {
  /** Address at which it listens. */
  url: string;
  app: App;
  /** Where the first administrator is to be made; null when there is one. */
  setupUrl: string | null;
  /** Stops gracefully: answers what was asked, hands operations back, closes the database. */
  stop: () => Promise<void>;
}

/** Replaceable for tests: driver types with faults built in. */
export interface Replaceable {
  driverTypes?: readonly ComputeDriverType[];
  storageTypes?: readonly StorageDriverType[];
  /** How long a silent server keeps its operations. */
  leaseMs?: number;
  /** How often a server says that it lives. */
  beatMs?: number;
  notifications?: NotificationParts;
  backups?: BackupReplaceable;
  /** Sees every route as it is added; their schemas are then all compiled at once. */
  onRoute?: (route: RouteOptions) => void;
}

/** Puts all parts together and starts them. Whatever was opened is closed again when something fails. */
export async function startServer(settings: Settings, log: Log, replaceable: Replaceable = {}): Promise<RunningServer> {
  const closers: (() => Promise<void> | void)[] = [];
  const closeAll = async () => {
    for (const close of closers.reverse()) await close();
  };
  try {
    return await start();
  } catch (error) {
    await closeAll();
    throw error;
  }

  async function start(): Promise<RunningServer> {
    const database = await openDatabase(settings, (error) =>
      log.warn({ err: error }, 'an idle database connection broke'),
    );
    closers.push(() => database.close());
    const keys = new KeySource(settings.secretKey, settings.dataFolder);
    const sealer = await openSealer(database, keys, settings.recoveryKey);
    const nodeId = readNodeId(settings.dataFolder);
    const metrics = makeMetrics();
    const changes = new Changes(database);
    const stopping = new AbortController();

    const egress = makeEgress((status) => metrics.cloudCalls.inc({ status }));
    closers.push(() => egress.close());

    const users = new UserService({ database, changes });
    const sessions = new SessionService({ database, changes, users });
    const setup = new SetupService({ changes, users });
    const accessKeys = new AccessKeyService({ database, changes, sealer });
    const notifications = new Notifications(
      { database, changes, sealer, egress, metrics, log, publicUrl: settings.publicUrl },
      replaceable.notifications,
    );
    const hub = new EventHub({ database, changes, log });
    const runner = new OperationRunner({ database, changes, log, nodeId, leaseMs: replaceable.leaseMs });
    const operations = new OperationService({ database, changes, runner });
    const inventory = new InventoryService({ database, changes });
    const types = new HostTypes(replaceable.driverTypes);
    const environment = { fetch: egress.fetch, now: Date.now, sleep };
    const connections = new HostConnections({ database, sealer, types, environment });
    closers.push(() => connections.close());
    const hosts = new HostService({ database, changes, sealer, types, connections, operations, inventory });
    const poller = new InstancePoller({ connections, inventory });
    const instances = new InstanceService({ database, changes, hosts, operations });
    const clouds = new SimulatedCloudService({
      database,
      changes,
      sealer,
      hosts,
      dataFolder: settings.dataFolder,
      nodeId,
      log,
    });
    const traffic = new StorageTraffic({ database, log });
    closers.push(() => traffic.stop());
    const storageTypes = new StorageTypes(replaceable.storageTypes ?? storageDriverTypes);
    const storageConnections = new StorageConnections({
      database,
      sealer,
      types: storageTypes,
      egress,
      traffic,
      metrics,
      nodeId,
      checkFolder: folderCheck(settings),
      liveServers: () => system.servers.count,
    });
    closers.push(() => storageConnections.close());
    const storages = new StorageService({
      database,
      changes,
      sealer,
      types: storageTypes,
      connections: storageConnections,
      operations,
      nodeId,
      notifications,
    });
    const usage = new StorageUsage({ database, traffic });
    const buckets = new BucketService({ connections: storageConnections, changes });
    const streams = new UploadStreams();
    const objects = new ObjectService({
      database,
      changes,
      operations,
      connections: storageConnections,
      streams,
      nodeId,
    });
    const system = assembleSystem({
      ...{ database, changes, sealer, keys, operations, nodeId, log },
      beatMs: replaceable.beatMs,
    });
    const backupFeatures = assembleBackups({
      ...{ settings, database, changes, sealer, operations, storages, storageConnections, notifications, egress },
      ...{ hub, metrics, log, nodeId, isHeld: () => system.standby.state !== null, replaceable: replaceable.backups },
    });
    closers.push(() => backupFeatures.stop());
    closers.push(() => clouds.stop());
    closers.push(() => poller.stop());

    operations.useHostNames((ids) => hosts.queries.names(ids));
    hosts.onRemoved(() => clouds.forgetOfHost());
    hosts.queries.useSimulatedClouds((ids) => clouds.ofHosts(ids));
    operations.register(syncKind({ changes, connections, inventory, notifications }));
    for (const action of ['start', 'stop', 'restart'] as const)
      operations.register(powerKind(action, { connections, poller }));
    const storageParts = { connections: storageConnections, states: storages.states, streams };
    for (const kind of [checkKind, measureKind, uploadKind, deleteKind, copyKind, cleanupKind])
      operations.register(kind(storageParts));
    hub.resolve('operation', (ids) => operations.views(ids));
    hub.resolve('instance', (ids) => instances.views(ids));
    hub.resolve('host', (ids) => hosts.queries.views(ids));
    hub.resolve('storage', (ids) => storages.queries.views(ids));
    hub.resolve('channel', (ids) => notifications.channels.queries.views(ids));
    hub.resolve('simulated_cloud', (ids) => clouds.views(ids));
    metrics.gauge('sampan_event_streams', 'Browsers that follow changes now', () => hub.subscriberCount);
    metrics.gauge('sampan_operations_running', 'Operations that run in this process now', () => runner.running);

    const { tls } = settings;
    const app = await makeApp({
      log,
      metrics,
      trustedProxies: settings.trustedProxies,
      eagerSchemas: replaceable.onRoute !== undefined,
      tls: tls && { cert: readFileSync(tls.certificateFile), key: readFileSync(tls.keyFile) },
    });
    const { onRoute } = replaceable;
    if (onRoute) app.addHook('onRoute', (route) => onRoute(route));
    const authentication = new Authentication({ users, sessions, accessKeys });
    await addRoutes(app, {
      settings,
      database,
      changes,
      sealer,
      metrics,
      authentication,
      users,
      sessions,
      setup,
      accessKeys,
      hub,
      operations,
      hosts,
      instances,
      clouds,
      egress,
      storages,
      usage,
      buckets,
      objects,
      backupFeatures,
      notifications,
      system,
      stopping: stopping.signal,
    });
    const setupToken = await setup.prepare(settings.adminPassword, log);
    notifications.useHold(() => system.standby.state !== null);
    await system.standby.begin();
    await system.servers.start();
    closers.push(() => system.servers.stop());
    await hub.start();
    closers.push(() => hub.stop());
    // Most of what the copy of a database has still to tell was told by the server that it was made of.
    if (system.standby.state === null) await notifications.start();
    else system.standby.onTakeOver(() => notifications.start());
    closers.push(() => notifications.stop());
    await runner.start();
    closers.push(() => runner.stop());
    const schedule = startSyncSchedule(hosts, log);
    closers.push(() => schedule.stop());
    const storageSchedule = startStorageSchedule(storages.work, log);
    closers.push(() => storageSchedule.stop());
    backupFeatures.start();
    closers.push(() => app.close());
    closers.push(() => stopping.abort());

    const listening = await app.listen({ host: settings.host, port: settings.port });
    // Begun only now: neither a slow cloud nor a slow simulator delays the first answer.
    await clouds.start();
    const url = settings.publicUrl ?? listening;
    return { url: listening, app, setupUrl: setupToken === null ? null : `${url}/setup#${setupToken}`, stop: closeAll };
  }
}
