import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { type ReactNode, useMemo, useState } from 'react';
import { queryKeys } from '../api/query-keys.ts';
import type { Storage, StorageType } from '../api/resources.ts';
import { BucketTools } from '../buckets/bucket-tools.tsx';
import { storageCommands } from '../commands/storage-commands.ts';
import { DriverForm } from '../driver-form/driver-form.tsx';
import { type DriverFormState, useDriverForm } from '../driver-form/use-driver-form.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { OptionInput } from '../options-form/option-input.tsx';
import { usePermission } from '../session/use-session.tsx';
import { limitFields, limitsOf, limitValues } from './limit-fields.ts';
import { createStorage, testStorage, updateStorage } from './storage-api.ts';
import { ZoneMeasure } from './zone-measure.tsx';

interface StorageFormProps {
  type: StorageType;
  /** Null to add one. */
  storage: Storage | null;
  onChanged: (changed: boolean) => void;
  onReload?: (storage: Storage) => void;
  onDone: () => void;
}

export function StorageForm({ type, storage, onChanged, onReload, onDone }: StorageFormProps) {
  const { t } = useTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  const limitInputs = useLimitFields();
  const more = useMemo(() => ({ fields: limitInputs, stored: limitValues(storage?.limits) }), [limitInputs, storage]);
  const form = useDriverForm(type.options, storage, more);
  const extras = useExtras(type, storage, form);
  const name = form.name.trim();
  const { options } = form;
  const limits = limitsOf(limitInputs, form.values);
  const save = async (revision: number | undefined) => {
    if (storage && revision !== undefined) {
      const saved = await updateStorage(storage.id, revision, { name, options, limits });
      client.setQueryData(queryKeys.one('storages', saved.id), saved);
    } else await createStorage({ name, type: type.type, options, limits }, form.idempotencyKey);
    await client.invalidateQueries({ queryKey: queryKeys.all('storages') });
    // Another bucket or prefix has other objects.
    void client.invalidateQueries({ queryKey: queryKeys.all('objects') });
    message.success(storage ? t('storages.saved', { name }) : t('storages.created', { name }));
  };
  return (
    <DriverForm
      kind="storage"
      type={type}
      saved={storage}
      form={form}
      words={{
        name: t('storages.name'),
        nameHelp: t('storages.nameHelp'),
        testNothingStored: t('storages.testNothingStored'),
        conflictTitle: t('storages.conflictTitle'),
      }}
      commands={storageCommands(
        { id: storage?.id ?? null, name, type: type.type, options },
        type.options,
        limits,
        location.origin,
      )}
      extras={extras}
      compared={{
        fields: limitInputs,
        ofCurrent: (current) => limitValues(current.limits),
        yours: limitValues(limits),
      }}
      more={<LimitInputs fields={limitInputs} form={form} />}
      test={testStorage({ kind: 'form', type: type.type, options, ...(storage && { storageId: storage.id }) })}
      save={save}
      onChanged={onChanged}
      onReload={(current) => onReload?.(current)}
      onDone={onDone}
    />
  );
}

function useLimitFields() {
  const { t } = useTexts();
  return useMemo(
    () =>
      limitFields({
        upload: t('storages.limitUpload'),
        download: t('storages.limitDownload'),
        requests: t('storages.limitRequests'),
        rateHelp: t('storages.limitRateHelp'),
        requestsHelp: t('storages.limitRequestsHelp'),
      }),
    [t],
  );
}

/** What helps to fill in the zone and the bucket. */
function useExtras(type: StorageType, storage: Storage | null, form: DriverFormState) {
  const may = usePermission();
  const extras: Record<string, ReactNode> = {};
  if (type.capabilities.includes('zones') && may('storage:test')) {
    extras.zone = (
      <ZoneMeasure type={type.type} options={form.options} onChoose={(zone) => form.setValue('zone', zone)} />
    );
  }
  if (type.capabilities.includes('buckets')) {
    extras.bucket = (
      <BucketTools
        storage={storage}
        onChoose={({ name, zone }) => {
          form.setValue('bucket', name);
          if (zone !== null && type.options.some((field) => field.name === 'zone')) form.setValue('zone', zone);
        }}
      />
    );
  }
  return extras;
}

function LimitInputs({ fields, form }: { fields: ReturnType<typeof limitFields>; form: DriverFormState }) {
  const { t } = useTexts();
  // Not folded away again when the last limit is cleared.
  const [hasLimits] = useState(() => fields.some(({ name }) => form.values[name] !== ''));
  const isOpen = hasLimits || fields.some(({ name }) => form.problems.has(name));
  return (
    <details className="advanced" open={isOpen || undefined}>
      <summary data-testid="storage-limits">{t('storages.limits')}</summary>
      <div className="stack advanced-fields">
        {fields.map((field) => (
          <OptionInput
            key={field.name}
            testId={`storage-form-${field.name}`}
            field={field}
            value={form.values[field.name] ?? ''}
            problem={form.problems.get(field.name)}
            sealed={false}
            cleared={false}
            onChange={(value) => form.setValue(field.name, value)}
            onClear={() => undefined}
          />
        ))}
      </div>
    </details>
  );
}
