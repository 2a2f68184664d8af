/** Each page of who is signed in, with what only it shows. */
export const PAGES: ReadonlyMap<string, string> = new Map([
  ['/', '.overview'],
  ['/instances', '[data-testid^=instance-row-]'],
  ['/hosts', '[data-testid^=host-row-]'],
  ['/storages', '[data-testid^=storage-row-]'],
  ['/storages/:storage', '[data-testid=overview-tab]'],
  ['/storages/:storage?tab=objects', '[data-testid=objects-tab]'],
  ['/plans', '[data-testid^=plan-row-]'],
  ['/plans/:plan', '[data-testid^=backup-row-]'],
  ['/plans/:plan?tab=runs', '[data-testid=runs-tab]'],
  ['/plans/:plan?tab=settings', '[data-testid=settings-tab]'],
  ['/backups/:backup', '[data-testid=backup-page]'],
  ['/repositories', '[data-testid^=repository-row-]'],
  ['/repositories/:repository', '[data-testid=repository-overview]'],
  ['/repositories/:repository?tab=snapshots', '[data-testid^=snapshot-]:not([data-testid=snapshots-tab])'],
  ['/repositories/:repository?tab=sheet', '[data-testid=sheet-tab]'],
  ['/notifications', '[data-testid^=channel-row-]'],
  ['/operations', '[data-testid=operations-filter-state]'],
  ['/access-keys', '[data-testid=access-key-add]'],
  ['/users', '[data-testid^=user-row-]'],
  ['/audit', '[data-testid=audit-search]'],
  ['/system', '[data-testid=recovery-key]'],
]);

/** A click on what has this test id, a text into it, or the wait for what comes of it. */
export type Step = string | { into: string; text: string } | { until: string };

/** What opens over a page, by the page and what one does there. */
export type Overlay = readonly [page: string, ...steps: Step[]];

/** The forms that add something. */
export const FORMS: readonly Overlay[] = [
  ['/hosts', 'host-add'],
  ['/storages', 'storage-add', 'storage-type-s3'],
  ['/plans', 'plan-add'],
  ['/repositories', 'repository-adopt'],
  ['/notifications', 'channel-add', 'channel-type-email'],
  ['/access-keys', 'access-key-add'],
  ['/users', 'user-add'],
];

/** The forms that change something, and the dialogs. */
export const DIALOGS: readonly Overlay[] = [
  ['/', 'user-menu', 'menu-profile'],
  ['/hosts', 'host-edit'],
  ['/instances', 'instance-stop'],
  ['/storages/:storage', 'storage-edit'],
  ['/plans/:plan', 'plan-edit', 'plan-fold-retention', { until: 'retention-preview' }],
  ['/storages/:storage', 'storage-prices'],
  ['/plans/:plan', 'plan-restore', { until: 'restore-form' }],
  ['/hosts', 'host-row-test', { until: 'host-test-result' }],
  [
    ...(['/plans/:plan', 'plan-restore'] as const),
    { into: 'restore-target', text: ':folder/restored' },
    'restore-preview',
    { until: 'restore-new' },
  ],
  ['/repositories/:repository', 'repository-edit'],
  ['/notifications', 'channel-edit'],
  ['/access-keys', 'access-key-add', 'access-key-create', { until: 'access-key-secret' }],
  ['/users', 'user-edit'],
  ['/backups/:backup', 'backup-restore-all', { until: 'restore-form' }],
  ['/users', 'user-delete'],
  ['/system', 'secret-key-change'],
  ['/system', 'recovery-key-make'],
  ['/plans/:plan', 'backup-delete'],
];
