import type { FastifyInstance } from 'fastify';
import { addAccessKeyRoutes } from './access-keys/routes.ts';
import type { AccessKeyService } from './access-keys/service.ts';
import type { App } from './app.ts';
import { addAuditRoutes } from './audit/routes.ts';
import type { Authentication } from './authentication/authenticate.ts';
import { addAuthorization, demandDeclaredPermissions } from './authentication/authorize.ts';
import type { BackupFeatures } from './backup-features.ts';
import { addBackupRoutes } from './backups/routes.ts';
import { addBucketRoutes } from './buckets/routes.ts';
import type { BucketService } from './buckets/service.ts';
import { addConsole } from './console/routes.ts';
import type { EventHub } from './events/hub.ts';
import { addEventRoutes } from './events/routes.ts';
import { addHealthRoutes } from './health/routes.ts';
import { addHostRoutes } from './hosts/routes.ts';
import type { HostService } from './hosts/service.ts';
import { addInstanceRoutes } from './instances/routes.ts';
import type { InstanceService } from './instances/service.ts';
import { addInventoryRoutes } from './inventory/routes.ts';
import type { Notifications } from './notifications/notifications.ts';
import { addChannelRoutes } from './notifications/routes.ts';
import { addChannelTestRoutes } from './notifications/test-routes.ts';
import { addObjectContentRoutes } from './objects/content-routes.ts';
import { addObjectRoutes } from './objects/routes.ts';
import type { ObjectService } from './objects/service.ts';
import { addOpenApi, addOpenApiRoutes } from './openapi/routes.ts';
import { addOperationRoutes } from './operations/routes.ts';
import type { OperationService } from './operations/service.ts';
import { addPlanRoutes } from './plans/routes.ts';
import type { Changes } from './platform/changes.ts';
import type { Database } from './platform/database/open.ts';
import type { Egress } from './platform/egress.ts';
import { addIdempotency } from './platform/http/idempotency.ts';
import type { Metrics } from './platform/metrics.ts';
import type { Sealer } from './platform/secrets/sealer.ts';
import { type Actor, userIdOf } from './policy/actor.ts';
import { addRepositoryRoutes } from './repositories/routes.ts';
import { addRestoreRoutes } from './restores/routes.ts';
import { addRunRoutes } from './runs/routes.ts';
import { addSessionRoutes } from './sessions/routes.ts';
import type { SessionService } from './sessions/service.ts';
import type { Settings } from './settings.ts';
import type { SetupService } from './setup/service.ts';
import { addSimulatedCloudRoutes } from './simulated-clouds/routes.ts';
import type { SimulatedCloudService } from './simulated-clouds/service.ts';
import { addStorageRoutes } from './storages/routes.ts';
import type { StorageService } from './storages/service.ts';
import { addStorageTestRoutes } from './storages/test-routes.ts';
import type { StorageUsage } from './storages/usage.ts';
import { addStorageUsageRoutes } from './storages/usage-routes.ts';
import { addSystemRoutes } from './system/routes.ts';
import type { SystemFeature } from './system/system.ts';
import { addUserRoutes } from './users/routes.ts';
import type { UserService } from './users/service.ts';

export interface RouteParts {
  settings: Settings;
  database: Database;
  changes: Changes;
  sealer: Sealer;
  metrics: Metrics;
  authentication: Authentication;
  users: UserService;
  sessions: SessionService;
  setup: SetupService;
  accessKeys: AccessKeyService;
  hub: EventHub;
  operations: OperationService;
  hosts: HostService;
  instances: InstanceService;
  clouds: SimulatedCloudService;
  egress: Egress;
  storages: StorageService;
  usage: StorageUsage;
  buckets: BucketService;
  objects: ObjectService;
  backupFeatures: BackupFeatures;
  notifications: Notifications;
  system: SystemFeature;
  stopping: AbortSignal;
}

/** Every route of the server. One that does not name its permission stops the start. */
export async function addRoutes(app: App, parts: RouteParts): Promise<void> {
  const { settings, database, changes, stopping } = parts;
  const base = app as unknown as FastifyInstance;
  demandDeclaredPermissions(base);
  addAuthorization(base, parts.authentication, changes);
  addIdempotency(base, database, parts.sealer);
  await addOpenApi(app);

  /** A stream that was opened long ago must not outlive its session, its key or its rights. */
  async function isStillSignedIn(actor: Actor): Promise<boolean> {
    if (actor.kind === 'system') return true;
    if (actor.kind === 'user' && !(await parts.sessions.isOpen(actor.sessionId))) return false;
    if (actor.kind === 'access_key') {
      const key = await parts.accessKeys.findUsable(actor.accessKeyId);
      if (!key?.isUsableFrom(actor.address, Date.now())) return false;
    }
    // In another role one sees other things: with a new stream.
    return (await parts.users.findActive(userIdOf(actor) ?? ''))?.role === actor.role;
  }

  await app.register(
    async (scope) => {
      const api = scope as App;
      addSessionRoutes(api, {
        ...parts,
        isSecure: (request) =>
          settings.tls !== null || request.protocol === 'https' || settings.publicUrl?.startsWith('https:') === true,
        publicUrl: settings.publicUrl,
      });
      addUserRoutes(api, parts);
      addAccessKeyRoutes(api, parts.accessKeys);
      addHostRoutes(api, parts);
      addInstanceRoutes(api, parts);
      addInventoryRoutes(api, database);
      addOperationRoutes(api, parts);
      addEventRoutes(api, { hub: parts.hub, stopping, isStillSignedIn });
      addAuditRoutes(api, database);
      addSimulatedCloudRoutes(api, parts.clouds);
      addStorageRoutes(api, parts);
      addStorageTestRoutes(api, parts);
      addStorageUsageRoutes(api, parts);
      addBucketRoutes(api, parts);
      addObjectRoutes(api, parts);
      const { backupFeatures, operations } = parts;
      addRepositoryRoutes(api, {
        ...{ ...backupFeatures, operations },
        backupsOfSnapshots: (id, snapshots) => backupFeatures.backupQueries.ofSnapshots(id, snapshots),
      });
      addPlanRoutes(api, { ...backupFeatures, operations });
      addRunRoutes(api, backupFeatures);
      addBackupRoutes(api, { ...backupFeatures, operations, stopping });
      addRestoreRoutes(api, backupFeatures);
      addChannelRoutes(api, parts);
      addChannelTestRoutes(api, parts);
      addSystemRoutes(api, { ...parts.system, database, operations });
      await addObjectContentRoutes(api, parts);
    },
    { prefix: '/api/v1' },
  );
  addHealthRoutes(app, { database, metrics: parts.metrics, isStopping: () => stopping.aborted });
  await addOpenApiRoutes(app);
  await addConsole(app);
}
