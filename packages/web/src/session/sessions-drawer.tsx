import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer } from 'antd';
import { toErrorRecord } from '../api/problem.ts';
import { queryKeys } from '../api/query-keys.ts';
import type { Session } from '../api/resources.ts';
import { formatDateTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Ago } from '../ui/ago.tsx';
import { Chip } from '../ui/chip.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { revokeSession, sessionsQuery } from './session-api.ts';

/** Where one is signed in, and the means to end it. */
export function SessionsDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTexts();
  const sessions = useQuery(sessionsQuery);
  return (
    <Drawer open title={t('session.sessionsTitle')} size={460} onClose={onClose}>
      <div className="stack">
        <p className="quiet">{t('session.sessionsText')}</p>
        {sessions.error && <ErrorNotice error={toErrorRecord(sessions.error)} onRetry={() => sessions.refetch()} />}
        {sessions.data?.items.map((session) => (
          <SessionCard key={session.id} session={session} />
        ))}
      </div>
    </Drawer>
  );
}

function SessionCard({ session }: { session: Session }) {
  const { t, locale, ...texts } = useTexts();
  const client = useQueryClient();
  const { message } = App.useApp();
  const revoke = async () => {
    try {
      await revokeSession(session.id);
      await client.invalidateQueries({ queryKey: queryKeys.all('sessions') });
    } catch (thrown) {
      message.error(texts.error(toErrorRecord(thrown)).message);
    }
  };
  return (
    <section className="card stack">
      <dl className="facts">
        <dt>{t('session.browser')}</dt>
        <dd>{session.userAgent || t('common.unknown')}</dd>
        <dt>{t('session.address')}</dt>
        <dd className="mono">{session.address}</dd>
        <dt>{t('session.signedIn')}</dt>
        <dd>{formatDateTime(session.createdAt, locale)}</dd>
        <dt>{t('session.lastUsed')}</dt>
        <dd>
          <Ago time={session.lastUsedAt} />
        </dd>
        <dt>{t('session.expires')}</dt>
        <dd>{formatDateTime(session.expiresAt, locale)}</dd>
      </dl>
      {session.current ? (
        <div>
          <Chip tone="good">{t('session.thisSession')}</Chip>
        </div>
      ) : (
        <div>
          <Button danger onClick={revoke}>
            {t('session.revoke')}
          </Button>
        </div>
      )}
    </section>
  );
}
