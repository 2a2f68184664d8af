import { Link, useLocation } from '@tanstack/react-router';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import {
  AuditIcon,
  BackupIcon,
  BellIcon,
  HostIcon,
  InstanceIcon,
  KeyIcon,
  OperationIcon,
  OverviewIcon,
  StorageIcon,
  SystemIcon,
  UserIcon,
} from '../ui/icons.tsx';
import { navigationEntry } from './navigation-entry.ts';

const PAGES = [
  { key: 'overview', to: '/', icon: OverviewIcon, needs: null },
  { key: 'instances', to: '/instances', icon: InstanceIcon, needs: 'instance:read' },
  { key: 'hosts', to: '/hosts', icon: HostIcon, needs: 'host:read' },
  { key: 'storages', to: '/storages', icon: StorageIcon, needs: 'storage:read' },
  { key: 'plans', to: '/plans', icon: BackupIcon, needs: 'plan:read' },
  { key: 'notifications', to: '/notifications', icon: BellIcon, needs: 'channel:read' },
  { key: 'operations', to: '/operations', icon: OperationIcon, needs: 'operation:read' },
  { key: 'accessKeys', to: '/access-keys', icon: KeyIcon, needs: 'access_key:read' },
  { key: 'users', to: '/users', icon: UserIcon, needs: 'user:read' },
  { key: 'audit', to: '/audit', icon: AuditIcon, needs: 'audit_event:read' },
  { key: 'system', to: '/system', icon: SystemIcon, needs: 'system:read' },
] as const;

/** The pages that the person may see. */
export function Navigation({ onNavigate }: { onNavigate?: () => void }) {
  const { t } = useTexts();
  const may = usePermission();
  const present = useLocation({ select: ({ pathname }) => navigationEntry(pathname) });
  return (
    <nav className="navigation" aria-label={t('nav.label')}>
      <ul>
        {PAGES.filter((page) => page.needs === null || may(page.needs)).map(({ key, to, icon: Icon }) => (
          <li key={key}>
            <Link
              to={to}
              className={to === present ? 'navigation-link navigation-link-active' : 'navigation-link'}
              // Its own mark knows only the pages whose address starts with the entry's.
              activeOptions={{ exact: true }}
              aria-current={to === present ? 'page' : undefined}
              data-testid={`nav-${key === 'accessKeys' ? 'access-keys' : key}`}
              {...(onNavigate && { onClick: onNavigate })}
            >
              <Icon />
              {t(`nav.${key}`)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
