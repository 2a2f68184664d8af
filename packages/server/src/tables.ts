import type { Kysely, Transaction } from 'kysely';
import type { AccessKeyTables } from './access-keys/tables.ts';
import type { AuditTables } from './audit/tables.ts';
import type { BackupTables } from './backups/tables.ts';
import type { EventTables } from './events/tables.ts';
import type { HostTables } from './hosts/tables.ts';
import type { InventoryTables } from './inventory/tables.ts';
import type { NotificationTables } from './notifications/tables.ts';
import type { OperationTables } from './operations/tables.ts';
import type { PlanTables } from './plans/tables.ts';
import type { PlatformTables } from './platform/tables.ts';
import type { RepositoryTables } from './repositories/tables.ts';
import type { RestoreTables } from './restores/tables.ts';
import type { RunTables } from './runs/tables.ts';
import type { SessionTables } from './sessions/tables.ts';
import type { SimulatedCloudTables } from './simulated-clouds/tables.ts';
import type { StorageTables } from './storages/tables.ts';
import type { SystemTables } from './system/tables.ts';
import type { UserTables } from './users/tables.ts';

/** Every table. A feature uses its own (and reads another's rows only through that feature's service). */
export interface Tables
  extends PlatformTables,
    UserTables,
    SessionTables,
    AccessKeyTables,
    AuditTables,
    EventTables,
    OperationTables,
    HostTables,
    InventoryTables,
    SimulatedCloudTables,
    StorageTables,
    NotificationTables,
    RepositoryTables,
    PlanTables,
    RunTables,
    BackupTables,
    RestoreTables,
    SystemTables {}

/** A connection, or the transaction of a change. */
export type Db = Kysely<Tables> | Transaction<Tables>;
