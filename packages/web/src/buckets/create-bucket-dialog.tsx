import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { queryKeys } from '../api/query-keys.ts';
import type { Storage } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { testId } from '../ui/test-id.ts';
import { useSubmit } from '../ui/use-submit.ts';
import { createBucket } from './bucket-api.ts';

interface CreateBucketDialogProps {
  storage: Storage;
  onCreated: (bucket: { name: string; zone: string | null }) => void;
  onClose: () => void;
}

export function CreateBucketDialog({ storage, onCreated, onClose }: CreateBucketDialogProps) {
  const { t } = useTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [zone, setZone] = useState('');
  const [access, setAccess] = useState<'private' | 'public_read'>('private');
  const hasZones = storage.capabilities.includes('zones');
  const { submit, busy, error } = useSubmit(async () => {
    const wanted = zone.trim();
    const made = await createBucket(storage.id, { name: name.trim(), access, ...(wanted && { zone: wanted }) });
    message.success(t('buckets.created', { name: made.name }));
    await client.invalidateQueries({ queryKey: queryKeys.lists('buckets') });
    onCreated(made);
    onClose();
  });
  const create = () => {
    if (name.trim() === '') return;
    submit();
  };
  return (
    <Modal
      open
      title={t('buckets.create')}
      okText={t('common.create')}
      okButtonProps={{ disabled: name.trim() === '', ...testId('bucket-create-ok') }}
      confirmLoading={busy}
      onOk={create}
      onCancel={onClose}
    >
      <div className="stack">
        <Field label={t('buckets.name')} required help={t('buckets.nameHelp')}>
          {(input) => (
            <Input
              {...input}
              autoFocus
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={255}
              value={name}
              onChange={(event) => setName(event.target.value)}
              onPressEnter={create}
              data-testid="bucket-create-name"
            />
          )}
        </Field>
        {hasZones && (
          <Field label={t('buckets.zone')} help={t('buckets.zoneHelp')}>
            {(input) => (
              <Input
                {...input}
                autoComplete="off"
                autoCapitalize="none"
                maxLength={63}
                placeholder={String(storage.options.zone ?? '')}
                value={zone}
                onChange={(event) => setZone(event.target.value)}
                onPressEnter={create}
                data-testid="bucket-create-zone"
              />
            )}
          </Field>
        )}
        <Field label={t('buckets.access')} required>
          {(input) => (
            <Select
              {...input}
              value={access}
              onChange={setAccess}
              options={[
                { value: 'private', label: t('buckets.accessPrivate') },
                { value: 'public_read', label: t('buckets.accessPublic') },
              ]}
              data-testid="bucket-create-access"
            />
          )}
        </Field>
        {access === 'public_read' && <Alert type="warning" showIcon title={t('buckets.publicWarning')} />}
        {error && <ErrorNotice error={error} testId="bucket-create-error" />}
      </div>
    </Modal>
  );
}
