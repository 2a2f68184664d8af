/**
 * The names under which answers are cached. Everything that refers to a cached list goes through these, so that events,
 * pages and changes mean the same entry.
 */
export const queryKeys = {
  session: ['session'] as const,
  setup: ['setup'] as const,
  list: <P>(kind: ResourceKind, parameters: P) => [kind, 'list', parameters] as const,
  lists: (kind: ResourceKind) => [kind, 'list'] as const,
  one: (kind: ResourceKind, id: string) => [kind, 'one', id] as const,
  all: (kind: ResourceKind) => [kind] as const,
};

export type ResourceKind =
  | 'instances'
  | 'hosts'
  | 'operations'
  | 'host-types'
  | 'access-keys'
  | 'permissions'
  | 'users'
  | 'sessions'
  | 'audit-events'
  | 'simulated-clouds'
  | 'storages'
  | 'channels'
  | 'channel-types'
  | 'channel-events'
  | 'channel-deliveries'
  | 'storage-types'
  | 'storage-usage'
  | 'buckets'
  | 'objects'
  | 'backup-engine'
  | 'plans'
  | 'runs'
  | 'drills'
  | 'backups'
  | 'restores'
  | 'repositories'
  | 'repository-locks'
  | 'repository-snapshots'
  | 'source-folders'
  | 'source-presets'
  | 'system'
  | 'secret-key';
