import { Button, Modal, Select } from 'antd';
import { useState } from 'react';
import { formatExactTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Snippet } from '../ui/equivalent.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { type ObjectPlace, presign } from './object-api.ts';

const HOUR = 3600;
const EXPIRIES = [
  { value: HOUR, label: 'objects.hour' },
  { value: 24 * HOUR, label: 'objects.dayLong' },
  { value: 7 * 24 * HOUR, label: 'objects.weekLong' },
] as const;

interface LinkDialogProps {
  place: ObjectPlace;
  object: { key: string; name: string };
  onClose: () => void;
}

/** A link by which anybody can download one object until it expires. */
export function LinkDialog({ place, object, onClose }: LinkDialogProps) {
  const { t, locale } = useTexts();
  const [expiry, setExpiry] = useState<number>(HOUR);
  const [link, setLink] = useState<{ url: string; expiresAt: string } | null>(null);
  const { submit, busy, error } = useSubmit(async () => {
    setLink(await presign(place, object.key, expiry));
  });
  return (
    <Modal open title={t('objects.linkTitle', { name: object.name })} footer={null} onCancel={onClose}>
      <div className="stack" data-testid="link-dialog">
        <p>{t('objects.linkText')}</p>
        <Field label={t('objects.linkExpiry')} required>
          {(input) => (
            <Select
              {...input}
              autoFocus
              value={expiry}
              onChange={(next) => {
                setExpiry(next);
                setLink(null);
              }}
              options={EXPIRIES.map(({ value, label }) => ({ value, label: t(label) }))}
              data-testid="link-expiry"
            />
          )}
        </Field>
        <div>
          <Button type="primary" loading={busy} onClick={submit} data-testid="link-make">
            {t('objects.linkMake')}
          </Button>
        </div>
        {error && <ErrorNotice error={error} />}
        {link && (
          <div data-testid="link-url">
            <Snippet
              title={t('objects.linkUntil', { time: formatExactTime(link.expiresAt, locale) })}
              text={link.url}
            />
          </div>
        )}
      </div>
    </Modal>
  );
}
