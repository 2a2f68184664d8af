import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import { useTexts } from '../i18n/use-texts.tsx';
import { useEndSession } from '../session/end-session.ts';
import { ProfileDrawer } from '../session/profile-drawer.tsx';
import { SessionsDrawer } from '../session/sessions-drawer.tsx';
import { usePermission, useSession } from '../session/use-session.tsx';
import { UserIcon } from '../ui/icons.tsx';
import { usePageChange } from './use-page-change.ts';

export function UserMenu({ onHelp }: { onHelp: () => void }) {
  const { t, word } = useTexts();
  const { user } = useSession();
  const may = usePermission();
  const endSession = useEndSession();
  const [drawer, setDrawer] = useState<'profile' | 'sessions' | null>(null);
  usePageChange(() => setDrawer(null));
  const name = user.displayName || user.username;
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { type: 'group', label: `${name} · ${word('roles', user.role)}` },
            {
              key: 'profile',
              label: <span data-testid="menu-profile">{t('nav.profile')}</span>,
              onClick: () => setDrawer('profile'),
            },
            ...(may('session:read')
              ? [{ key: 'sessions', label: t('nav.sessions'), onClick: () => setDrawer('sessions') }]
              : []),
            { key: 'help', label: t('nav.keyboard'), extra: '?', onClick: onHelp },
            { type: 'divider' },
            { key: 'sign-out', label: t('nav.signOut'), onClick: () => void endSession() },
          ],
        }}
      >
        <Button type="text" icon={<UserIcon />} aria-label={t('nav.account', { name })} data-testid="user-menu">
          <span className="header-wide user-menu-name">{name}</span>
        </Button>
      </Dropdown>
      {drawer === 'profile' && <ProfileDrawer onClose={() => setDrawer(null)} />}
      {drawer === 'sessions' && <SessionsDrawer onClose={() => setDrawer(null)} />}
    </>
  );
}
