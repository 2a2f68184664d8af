import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { setDrawerOpen } from '../operations/drawer-state.ts';
import { usePermission } from '../session/use-session.tsx';
import { createSimulatedCloud } from './host-api.ts';

/** The two ways to have something to look at: connect a cloud, or start a simulated one. */
export function FirstHostActions() {
  const { t, ...texts } = useTexts();
  const may = usePermission();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const simulate = async () => {
    setBusy(true);
    try {
      await createSimulatedCloud();
      await client.invalidateQueries({ queryKey: queryKeys.all('hosts') });
      setDrawerOpen(true);
    } catch (thrown) {
      const { message: what, hint } = texts.error(toErrorRecord(thrown));
      message.error(hint ? `${what} ${hint}` : what);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {may('host:create') && (
        <Button
          type="primary"
          onClick={() => void navigate({ to: '/hosts', search: { form: 'new' } })}
          data-testid="host-add-first"
        >
          {t('hosts.add')}
        </Button>
      )}
      {may('simulated_cloud:create') && (
        <>
          <Button loading={busy} onClick={simulate} data-testid="simulated-cloud-create">
            {t('hosts.trySimulated')}
          </Button>
          <p className="empty-state-help">{t('hosts.trySimulatedHelp')}</p>
        </>
      )}
    </>
  );
}
