import { App, Button } from 'antd';
import { useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { Storage } from '../api/resources.ts';
import { storagePageCommands } from '../commands/storage-commands.ts';
import { formatBytes, formatNumber, formatRate } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { setDrawerOpen } from '../operations/drawer-state.ts';
import { usePermission } from '../session/use-session.tsx';
import { Ago } from '../ui/ago.tsx';
import { Equivalent } from '../ui/equivalent.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { PricesDialog } from './prices-dialog.tsx';
import { measureStorage } from './storage-api.ts';
import { hasObjects, storagePlace } from './storage-place.ts';
import { StorageStateChip } from './storage-state-chip.tsx';
import { UsageSection } from './usage-section.tsx';

/** How a storage is, what lies in it and what it costs. */
export function OverviewTab({ storage }: { storage: Storage }) {
  const { t } = useTexts();
  const may = usePermission();
  const mayMeasure = may('storage:test') && hasObjects(storage);
  const mayPrice = may('storage:update');
  const [pricing, setPricing] = useState(false);
  const measure = useMeasure(storage.id);
  return (
    <div className="stack" data-testid="overview-tab">
      {storage.error && <ErrorNotice error={storage.error} testId="storage-error" />}
      <section className="card stack">
        <StorageFacts storage={storage} mayPrice={mayPrice} />
        {(mayMeasure || mayPrice) && (
          <div className="flow">
            {mayMeasure && (
              <Button loading={measure.busy} onClick={measure.run} data-testid="storage-measure">
                {t('storages.measureNow')}
              </Button>
            )}
            {mayPrice && (
              <Button onClick={() => setPricing(true)} data-testid="storage-prices">
                {t('storages.setPrices')}
              </Button>
            )}
          </div>
        )}
      </section>
      <UsageSection storage={storage} />
      <Equivalent {...storagePageCommands(storage, location.origin)} />
      {pricing && <PricesDialog storage={storage} onClose={() => setPricing(false)} />}
    </div>
  );
}

function StorageFacts({ storage, mayPrice }: { storage: Storage; mayPrice: boolean }) {
  const { t, locale } = useTexts();
  const { bytes, objects, measuredAt } = storage.usage;
  const { uploadBytesPerSecond, downloadBytesPerSecond, concurrency } = storage.limits;
  const rate = (limit: number | null) => (limit === null ? t('storages.noLimit') : formatRate(limit, locale));
  return (
    <dl className="facts">
      <dt>{t('common.state')}</dt>
      <dd className="flow">
        <StorageStateChip state={storage.state} />
        <span className="quiet">
          {t('storages.checked')} <Ago time={storage.checkedAt} otherwise={t('storages.notChecked')} />
        </span>
      </dd>
      <dt>{t('storages.place')}</dt>
      <dd className="mono">{storagePlace(storage) ?? t('storages.noBucket')}</dd>
      <dt>{t('storages.now')}</dt>
      <dd data-testid="storage-usage-now">
        {bytes === null || objects === null ? (
          <span className="quiet">{t('storages.notMeasured')}</span>
        ) : (
          <>
            <span className="number">
              {formatBytes(bytes, locale)} ·{' '}
              {t('storages.objectCount', { count: objects, shown: formatNumber(objects, locale) })}
            </span>{' '}
            <span className="quiet">
              <Ago time={measuredAt} />
            </span>
          </>
        )}
      </dd>
      <dt>{t('storages.limits')}</dt>
      <dd>
        {uploadBytesPerSecond === null && downloadBytesPerSecond === null && concurrency === null
          ? t('storages.noLimit')
          : `${t('storages.limitUpload')}: ${rate(uploadBytesPerSecond)} · ${t('storages.limitDownload')}: ${rate(downloadBytesPerSecond)} · ${t('storages.limitRequests')}: ${concurrency ?? t('storages.noLimit')}`}
      </dd>
      <dt>{t('storages.plans')}</dt>
      <dd className={storage.plansUsing === 0 ? 'quiet' : 'number'}>
        {storage.plansUsing === 0 ? t('storages.noPlans') : formatNumber(storage.plansUsing, locale)}
      </dd>
      {!storage.prices && mayPrice && (
        <>
          <dt>{t('storages.cost')}</dt>
          <dd className="quiet">{t('storages.pricesNone')}</dd>
        </>
      )}
    </dl>
  );
}

function useMeasure(id: string) {
  const { t, ...texts } = useTexts();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      await measureStorage(id);
      message.info(t('storages.measureStarted'));
      setDrawerOpen(true);
    } catch (thrown) {
      const { message: what, hint } = texts.error(toErrorRecord(thrown));
      message.error(hint ? `${what} ${hint}` : what);
    } finally {
      setBusy(false);
    }
  };
  return { busy, run };
}
