import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { ApiError } from './api/problem.ts';
import { queryClient } from './api/query-client.ts';
import { readAuditSearch } from './audit/audit-search.ts';
import { readBackupSearch } from './backups/backup-search.ts';
import { readHostsSearch } from './hosts/hosts-search.ts';
import { readInstancesSearch } from './instances/instances-search.ts';
import { readChannelsSearch } from './notifications/channels-search.ts';
import { readOperationsSearch } from './operations/operations-search.ts';
import { readPlanSearch, readPlansSearch } from './plans/plans-search.ts';
import { readRepositoriesSearch, readRepositorySearch } from './repositories/repositories-search.ts';
import { sessionQuery } from './session/session-api.ts';
import { CrashPage, NotFoundPage } from './shell/fallback-pages.tsx';
import { readStorageSearch, readStoragesSearch } from './storages/storages-search.ts';
import { systemQuery } from './system/system-api.ts';
import { readPositionSearch } from './table/position-search.ts';
import { parseSearch, stringifySearch, textOf } from './table/search-params.ts';

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet });

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (raw): { next?: string } => {
    const next = textOf(raw.next);
    return next ? { next } : {};
  },
  component: lazyRouteComponent(() => import('./session/login-page.tsx'), 'LoginPage'),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./session/setup-page.tsx'), 'SetupPage'),
});

/** Everything that needs a session; who has none signs in and comes back. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(sessionQuery);
    } catch (thrown) {
      if (!(thrown instanceof ApiError) || thrown.status !== 401) throw thrown;
      throw redirect({ to: '/login', search: location.href === '/' ? {} : { next: location.href } });
    }
  },
  // The banner of a server on standby is there with the page, and does not push it down afterwards.
  loader: async ({ context }) => {
    await context.queryClient.ensureQueryData({ ...systemQuery, retry: false }).catch(() => undefined);
  },
  component: lazyRouteComponent(() => import('./shell/shell.tsx'), 'Shell'),
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('./overview/overview-page.tsx'), 'OverviewPage'),
});

const instances = createRoute({
  getParentRoute: () => shell,
  path: '/instances',
  validateSearch: readInstancesSearch,
  component: lazyRouteComponent(() => import('./instances/instances-page.tsx'), 'InstancesPage'),
});

const hosts = createRoute({
  getParentRoute: () => shell,
  path: '/hosts',
  validateSearch: readHostsSearch,
  component: lazyRouteComponent(() => import('./hosts/hosts-page.tsx'), 'HostsPage'),
});

const storages = createRoute({
  getParentRoute: () => shell,
  path: '/storages',
  validateSearch: readStoragesSearch,
  component: lazyRouteComponent(() => import('./storages/storages-page.tsx'), 'StoragesPage'),
});

const storage = createRoute({
  getParentRoute: () => shell,
  path: '/storages/$id',
  validateSearch: readStorageSearch,
  component: lazyRouteComponent(() => import('./storages/storage-page.tsx'), 'StoragePage'),
});

const plans = createRoute({
  getParentRoute: () => shell,
  path: '/plans',
  validateSearch: readPlansSearch,
  component: lazyRouteComponent(() => import('./plans/plans-page.tsx'), 'PlansPage'),
});

const plan = createRoute({
  getParentRoute: () => shell,
  path: '/plans/$id',
  validateSearch: readPlanSearch,
  component: lazyRouteComponent(() => import('./plans/plan-page.tsx'), 'PlanPage'),
});

const backup = createRoute({
  getParentRoute: () => shell,
  path: '/backups/$id',
  validateSearch: readBackupSearch,
  component: lazyRouteComponent(() => import('./backups/backup-page.tsx'), 'BackupPage'),
});

const repositories = createRoute({
  getParentRoute: () => shell,
  path: '/repositories',
  validateSearch: readRepositoriesSearch,
  component: lazyRouteComponent(() => import('./repositories/repositories-page.tsx'), 'RepositoriesPage'),
});

const repository = createRoute({
  getParentRoute: () => shell,
  path: '/repositories/$id',
  validateSearch: readRepositorySearch,
  component: lazyRouteComponent(() => import('./repositories/repository-page.tsx'), 'RepositoryPage'),
});

const notifications = createRoute({
  getParentRoute: () => shell,
  path: '/notifications',
  validateSearch: readChannelsSearch,
  component: lazyRouteComponent(() => import('./notifications/channels-page.tsx'), 'ChannelsPage'),
});

const operations = createRoute({
  getParentRoute: () => shell,
  path: '/operations',
  validateSearch: readOperationsSearch,
  component: lazyRouteComponent(() => import('./operations/operations-page.tsx'), 'OperationsPage'),
});

const accessKeys = createRoute({
  getParentRoute: () => shell,
  path: '/access-keys',
  validateSearch: readPositionSearch,
  component: lazyRouteComponent(() => import('./access-keys/access-keys-page.tsx'), 'AccessKeysPage'),
});

const users = createRoute({
  getParentRoute: () => shell,
  path: '/users',
  validateSearch: readPositionSearch,
  component: lazyRouteComponent(() => import('./users/users-page.tsx'), 'UsersPage'),
});

const system = createRoute({
  getParentRoute: () => shell,
  path: '/system',
  component: lazyRouteComponent(() => import('./system/system-page.tsx'), 'SystemPage'),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('./audit/audit-page.tsx'), 'AuditPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    login,
    setup,
    shell.addChildren([
      overview,
      instances,
      hosts,
      storages,
      storage,
      plans,
      plan,
      backup,
      repositories,
      repository,
      notifications,
      operations,
      accessKeys,
      users,
      audit,
      system,
    ]),
  ]),
  context: { queryClient },
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: CrashPage,
  defaultNotFoundComponent: NotFoundPage,
  // A page that is there within this time, in milliseconds, is not preceded by an empty one.
  defaultPendingMs: 300,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
