import { useQueryClient } from '@tanstack/react-query';
import { App, Input, Modal } from 'antd';
import { useState } from 'react';
import { queryKeys } from '../api/query-keys.ts';
import type { Storage } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { testId } from '../ui/test-id.ts';
import { useSubmit } from '../ui/use-submit.ts';
import { PRICE_NAMES, priceTexts, readPrices } from './prices.ts';
import { setPrices } from './storage-api.ts';

const LABELS = {
  storagePerGibMonth: 'storages.priceStorage',
  writePer10000: 'storages.priceWrite',
  readPer10000: 'storages.priceRead',
  listPer10000: 'storages.priceList',
  deletePer10000: 'storages.priceDelete',
  downloadPerGib: 'storages.priceDownload',
} as const;

/** What the vendor takes. */
export function PricesDialog({ storage, onClose }: { storage: Storage; onClose: () => void }) {
  const { t } = useTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [texts, setTexts] = useState(() => priceTexts(storage.prices));
  const [tried, setTried] = useState(false);
  const { prices, wrong } = readPrices(texts);
  const shownWrong = tried ? wrong : new Set<string>();
  const { submit, busy, error } = useSubmit(async () => {
    const saved = await setPrices(storage, prices);
    client.setQueryData(queryKeys.one('storages', storage.id), saved);
    await client.invalidateQueries({ queryKey: queryKeys.all('storage-usage') });
    message.success(t('storages.pricesSaved'));
    onClose();
  });
  const save = () => {
    setTried(true);
    if (wrong.size > 0) return;
    submit();
  };
  const change = (name: keyof typeof texts, value: string) => setTexts({ ...texts, [name]: value });
  return (
    <Modal
      open
      title={t('storages.prices')}
      okText={t('common.save')}
      okButtonProps={testId('prices-save')}
      confirmLoading={busy}
      onOk={save}
      onCancel={onClose}
    >
      <div className="stack" data-testid="prices-dialog">
        <p className="quiet">{t('storages.pricesHelp')}</p>
        <Field
          label={t('storages.currency')}
          help={t('storages.currencyHelp')}
          required
          error={shownWrong.has('currency') ? t('storages.currencyWrong') : null}
        >
          {(input) => (
            <Input
              {...input}
              className="prices-input"
              maxLength={3}
              value={texts.currency}
              onChange={(event) => change('currency', event.target.value)}
              onPressEnter={save}
              data-testid="price-currency"
            />
          )}
        </Field>
        <div className="prices-fields">
          {PRICE_NAMES.map((name) => (
            <Field
              key={name}
              label={t(LABELS[name])}
              required
              error={shownWrong.has(name) ? t('storages.priceWrong') : null}
            >
              {(input) => (
                <Input
                  {...input}
                  inputMode="decimal"
                  value={texts[name]}
                  onChange={(event) => change(name, event.target.value)}
                  onPressEnter={save}
                  data-testid={`price-${name}`}
                />
              )}
            </Field>
          ))}
        </div>
        {error && <ErrorNotice error={error} />}
      </div>
    </Modal>
  );
}
