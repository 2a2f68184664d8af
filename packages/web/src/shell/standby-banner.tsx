import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { formatDateTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { systemQuery } from '../system/system-api.ts';
import { TakeOverDialog } from '../system/take-over-dialog.tsx';

/** Says, above every page, that this server begins nothing by itself. */
export function StandbyBanner() {
  const { t, locale } = useTexts();
  const may = usePermission();
  const { data } = useQuery({ ...systemQuery, enabled: may('system:read') });
  const [asking, setAsking] = useState(false);
  const standby = data?.standby;
  if (!standby) return null;
  return (
    <section className="standby-banner" aria-label={t('system.standby')} data-testid="standby-banner">
      <p>
        <strong>{t('system.standby')}</strong>{' '}
        {t('system.standbyText', { time: formatDateTime(standby.copiedAt, locale) })}{' '}
        {!may('system:take_over') && t('system.standbyAsk')}
      </p>
      {may('system:take_over') && (
        <Button size="small" onClick={() => setAsking(true)} data-testid="take-over">
          {t('system.takeOver')}
        </Button>
      )}
      {asking && <TakeOverDialog onClose={() => setAsking(false)} />}
    </section>
  );
}
