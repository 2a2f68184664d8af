import type { OperationService } from '../operations/service.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import type { Log } from '../platform/log.ts';
import type { KeySource } from '../platform/secrets/key-source.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import { rotateKind } from './rotate-kind.ts';
import { SecretKeys } from './secret-keys.ts';
import { Servers } from './servers.ts';
import { Standby } from './standby.ts';

export interface SystemFeature {
  servers: Servers;
  standby: Standby;
  secretKeys: SecretKeys;
}

export function assembleSystem(parts: {
  database: Database;
  changes: Changes;
  sealer: Sealer;
  keys: KeySource;
  operations: OperationService;
  nodeId: string;
  log: Log;
  beatMs?: number | undefined;
}): SystemFeature {
  const standby = new Standby(parts);
  const servers = new Servers({ ...parts, onBeat: () => standby.follow() });
  parts.operations.useAbsentNodes((nodeIds) => servers.absent(nodeIds));
  parts.operations.register(rotateKind({ ...parts, servers }));
  return { servers, standby, secretKeys: new SecretKeys(parts) };
}
