import { Outlet, useNavigate, useRouter } from '@tanstack/react-router';
import { Button, Drawer } from 'antd';
import { useEffect, useState } from 'react';
import { onSessionEnd } from '../api/request.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { HelpDialog } from '../keyboard/help-dialog.tsx';
import { ShortcutProvider, useShortcut } from '../keyboard/shortcuts.tsx';
import { useLiveData } from '../live/use-live-data.ts';
import { setDrawerOpen, useDrawerOpen } from '../operations/drawer-state.ts';
import { OperationsButton } from '../operations/operations-button.tsx';
import { OperationsDrawer } from '../operations/operations-drawer.tsx';
import { SessionProvider } from '../session/use-session.tsx';
import { MenuIcon } from '../ui/icons.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { HeaderSearch } from './header-search.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { Logo } from './logo.tsx';
import { Navigation } from './navigation.tsx';
import { StandbyBanner } from './standby-banner.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import { usePageChange } from './use-page-change.ts';
import { UserMenu } from './user-menu.tsx';
import './shell.css';

/** What surrounds every page for somebody who is signed in. */
export function Shell() {
  return (
    <SessionProvider>
      <ShortcutProvider>
        <ShellFrame />
      </ShortcutProvider>
    </SessionProvider>
  );
}

function ShellFrame() {
  const { t } = useTexts();
  const [menuOpen, setMenuOpen] = useState(false);
  const [helpOpen, setHelpOpen] = useState(false);
  const drawerOpen = useDrawerOpen();
  useLiveData();
  useSessionEnd();
  usePageChange(() => {
    setMenuOpen(false);
    setHelpOpen(false);
    // On a phone the operations cover the page that one goes to.
    if (matchMedia('(max-width: 720px)').matches) setDrawerOpen(false);
  });
  useGlobalShortcuts(() => setHelpOpen(true));
  return (
    <div className="shell">
      <a className="skip-link" href="#content">
        {t('common.skipToContent')}
      </a>
      <header className="header">
        <div className="header-start">
          <span className="header-menu">
            <Button
              type="text"
              icon={<MenuIcon />}
              aria-label={t('nav.openMenu')}
              onClick={() => setMenuOpen(true)}
              data-testid="nav-open"
            />
          </span>
          <Logo />
        </div>
        <HeaderSearch />
        <div className="header-end">
          <OperationsButton open={drawerOpen} onClick={() => setDrawerOpen(!drawerOpen)} />
          <LanguageSwitch />
          <ThemeSwitch />
          <UserMenu onHelp={() => setHelpOpen(true)} />
        </div>
      </header>
      <ConnectionBanner />
      <StandbyBanner />
      <div className="shell-body">
        <aside className="sidebar">
          <Navigation />
        </aside>
        <main className="content" id="content" tabIndex={-1}>
          <Outlet />
        </main>
        {drawerOpen && <OperationsDrawer onClose={() => setDrawerOpen(false)} />}
      </div>
      <Drawer open={menuOpen} placement="left" size={260} title={<Logo />} onClose={() => setMenuOpen(false)}>
        <Navigation onNavigate={() => setMenuOpen(false)} />
      </Drawer>
      {helpOpen && <HelpDialog onClose={() => setHelpOpen(false)} />}
    </div>
  );
}

/** When the session ends, one signs in again and comes back to the same page. */
function useSessionEnd(): void {
  const router = useRouter();
  useEffect(
    () =>
      onSessionEnd(() => {
        const { pathname, href } = router.state.location;
        if (pathname !== '/login') router.history.push(`/login?next=${encodeURIComponent(href)}`);
      }),
    [router],
  );
}

function useGlobalShortcuts(showHelp: () => void): void {
  const navigate = useNavigate();
  const drawerOpen = useDrawerOpen();
  useShortcut('g v', () => void navigate({ to: '/' }));
  useShortcut('g i', () => void navigate({ to: '/instances' }));
  useShortcut('g h', () => void navigate({ to: '/hosts' }));
  useShortcut('g s', () => void navigate({ to: '/storages' }));
  useShortcut('g b', () => void navigate({ to: '/plans' }));
  useShortcut('g o', () => void navigate({ to: '/operations' }));
  useShortcut('o', () => setDrawerOpen(!drawerOpen));
  useShortcut('?', showHelp);
}
