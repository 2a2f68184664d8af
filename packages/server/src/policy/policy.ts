import { SampanError } from '@sampan/driver';
import { type Actor, userIdOf } from './actor.ts';
import { ALL_PERMISSIONS, type Permission, scopeCovers } from './permissions.ts';
import type { Role } from './roles.ts';

const READ_ONLY: readonly Permission[] = [
  'host:read',
  'instance:read',
  'image:read',
  'flavor:read',
  'network:read',
  'region:read',
  'storage:read',
  'bucket:read',
  'object:list',
  'channel:read',
  'repository:read',
  'plan:read',
  'backup:read',
  'restore:read',
  'operation:read',
  'event:read',
  'simulated_cloud:read',
  'access_key:read',
  'access_key:create',
  'access_key:delete',
  'session:read',
  'session:delete',
  'system:read',
  'user:update_self',
];

const OPERATOR: readonly Permission[] = [
  ...READ_ONLY,
  'host:test',
  'host:sync',
  'instance:start',
  'instance:stop',
  'instance:restart',
  'storage:test',
  'object:read',
  'object:write',
  'object:delete',
  'object:presign',
  'repository:maintain',
  'plan:create',
  'plan:update',
  'plan:run',
  'backup:download',
  'backup:update',
  'restore:create',
  'operation:cancel',
];

const GRANTS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  administrator: new Set(ALL_PERMISSIONS),
  operator: new Set(OPERATOR),
  read_only: new Set(READ_ONLY),
};

/** Permissions that others than administrators have over their own things only. */
const OWN_ONLY: ReadonlySet<Permission> = new Set([
  'access_key:read',
  'access_key:delete',
  'session:read',
  'session:delete',
]);

/** What a permission is asked for; `ownerId` is the user a personal thing belongs to. */
export interface PolicyResource {
  ownerId?: string;
}

export type Decision = { allowed: true } | { allowed: false; reason: string; hint: string };

/** The one place that decides whether an actor may do something. The reason is fit to be shown to the actor. */
export function decide(actor: Actor, permission: Permission, resource: PolicyResource = {}): Decision {
  if (actor.kind === 'system') return { allowed: true };
  if (!GRANTS[actor.role].has(permission)) {
    return {
      allowed: false,
      reason: `The role ${actor.role} does not include ${permission}.`,
      hint: 'Ask an administrator to do it or to change your role.',
    };
  }
  if (actor.kind === 'access_key' && actor.scopes.length > 0) {
    if (!actor.scopes.some((scope) => scopeCovers(scope, permission))) {
      return {
        allowed: false,
        reason: `The scopes of AccessKey ${actor.accessKeyId} do not include ${permission}.`,
        hint: 'Create an AccessKey with this scope, or without scopes.',
      };
    }
  }
  const isForeign = resource.ownerId !== undefined && resource.ownerId !== userIdOf(actor);
  if (OWN_ONLY.has(permission) && actor.role !== 'administrator' && isForeign) {
    return { allowed: false, reason: 'It belongs to another user.', hint: 'Ask its owner or an administrator.' };
  }
  return { allowed: true };
}

/** @throws SampanError `permission_denied_here` with the reason. */
export function demand(actor: Actor, permission: Permission, resource?: PolicyResource): void {
  const decision = decide(actor, permission, resource);
  if (decision.allowed) return;
  throw new SampanError('permission_denied_here', decision.reason, { hint: decision.hint, parameters: { permission } });
}

/** Everything an actor may do, for a console that offers only that. */
export function permissionsOf(actor: Actor): Permission[] {
  return ALL_PERMISSIONS.filter((permission) => decide(actor, permission).allowed);
}
