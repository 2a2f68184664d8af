/** Every permission a route can name, with what it allows. Scopes of AccessKeys and roles are made of these. */
export const PERMISSIONS = {
  'host:read': 'See hosts and their types',
  'host:create': 'Add hosts',
  'host:update': 'Change hosts and their credentials',
  'host:delete': 'Remove hosts from Sampan',
  'host:test': 'Test connections',
  'host:sync': 'Synchronise hosts',
  'instance:read': 'See instances',
  'instance:start': 'Start instances',
  'instance:stop': 'Stop instances',
  'instance:restart': 'Restart instances',
  'image:read': 'See images',
  'flavor:read': 'See flavors',
  'network:read': 'See networks',
  'region:read': 'See regions',
  'storage:read': 'See storages, their types and what they cost',
  'storage:create': 'Add storages',
  'storage:update': 'Change storages, their credentials, limits and prices',
  'storage:delete': 'Remove storages from Sampan',
  'storage:test': 'Test and measure storages',
  'bucket:read': 'See buckets',
  'bucket:create': 'Create buckets',
  'bucket:delete': 'Delete buckets',
  'object:list': 'List objects',
  'object:read': 'Download objects',
  'object:write': 'Upload and copy objects',
  'object:delete': 'Delete objects',
  'object:presign': 'Make links to objects that work without keys',
  'repository:read': 'See repositories, their locks and snapshots',
  'repository:create': 'Make and adopt repositories',
  'repository:update': 'Change repositories',
  'repository:delete': 'Remove repositories from Sampan',
  'repository:maintain': 'Check and prune repositories, take away stale locks',
  'repository:reveal': 'Read recovery sheets with their passwords, and change these',
  'plan:read': 'See backup plans, their runs and drills',
  'plan:create': 'Make backup plans',
  'plan:update': 'Change backup plans',
  'plan:delete': 'Delete backup plans',
  'plan:run': 'Start, pause and skip runs, start drills and mirroring',
  'backup:read': 'See backups and the names of their files',
  'backup:download': 'Download files of backups',
  'backup:update': 'Name, annotate and pin backups',
  'backup:delete': 'Delete backups',
  'restore:read': 'See restores',
  'restore:create': 'Restore backups',
  'channel:read': 'See channels of notifications and what was told through them',
  'channel:create': 'Add channels of notifications',
  'channel:update': 'Change channels of notifications, their secrets and rules',
  'channel:delete': 'Remove channels of notifications',
  'channel:test': 'Send test messages through channels of notifications',
  'operation:read': 'See operations and their logs',
  'operation:cancel': 'Cancel operations',
  'event:read': 'Follow changes live',
  'access_key:read': 'See AccessKeys (administrators: of everyone)',
  'access_key:create': 'Create AccessKeys for oneself',
  'access_key:delete': 'Delete AccessKeys (administrators: of everyone)',
  'session:read': 'See one’s own sessions',
  'session:delete': 'End one’s own sessions',
  'user:read': 'See users',
  'user:create': 'Create users',
  'user:update': 'Change users',
  'user:update_self': 'Change one’s own name and password',
  'user:delete': 'Delete users',
  'audit_event:read': 'Read and verify the audit log',
  'system:read': 'See the servers, and whether one waits for taking over',
  'system:take_over': 'Take over from a server whose database was copied',
  'secret_key:read': 'See which key seals secrets',
  'secret_key:rotate': 'Seal all secrets with another key',
  'recovery_key:create': 'Make the recovery key',
  'recovery_key:check': 'Prove that the recovery key was kept',
  'simulated_cloud:read': 'See simulated clouds',
  'simulated_cloud:create': 'Create simulated clouds',
  'simulated_cloud:delete': 'Delete simulated clouds',
} as const;

export type Permission = keyof typeof PERMISSIONS;

export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as Permission[];

/** Whether a scope such as `instance:*`, `*:read`, `host:test` or `*` covers a permission. */
export function scopeCovers(scope: string, permission: Permission): boolean {
  if (scope === '*') return true;
  const [noun, verb] = permission.split(':');
  const [scopeNoun, scopeVerb] = scope.split(':');
  return (scopeNoun === '*' || scopeNoun === noun) && (scopeVerb === '*' || scopeVerb === verb);
}

/** A scope is valid when it covers something: a misspelled one would otherwise silently allow nothing. */
export function isValidScope(scope: string): boolean {
  return ALL_PERMISSIONS.some((permission) => scopeCovers(scope, permission));
}
