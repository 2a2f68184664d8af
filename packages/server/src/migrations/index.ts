import type { Migration } from 'kysely/migration';
import type { DatabaseKind } from '../platform/database/open.ts';
import { walkingSkeleton } from './0001-walking-skeleton.ts';
import { storages } from './0002-storages.ts';
import { notifications } from './0003-notifications.ts';
import { backups } from './0004-backups.ts';
import { auditActor } from './0005-audit-actor.ts';
import { servers } from './0006-servers.ts';
import { repositoryDamage } from './0007-repository-damage.ts';

/** Every migration by name, in order. A migration that was released is never changed: add another. */
export function migrationsFor(kind: DatabaseKind): Record<string, Migration> {
  return {
    '0001-walking-skeleton': walkingSkeleton(kind),
    '0002-storages': storages(kind),
    '0003-notifications': notifications(kind),
    '0004-backups': backups(kind),
    '0005-audit-actor': auditActor(kind),
    '0006-servers': servers(),
    '0007-repository-damage': repositoryDamage(),
  };
}
