import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App, Button, Checkbox, Drawer, Input, Select } from 'antd';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ApiError, type ErrorRecord, toErrorRecord } from '../api/problem.ts';
import { queryKeys } from '../api/query-keys.ts';
import { newId } from '../api/request.ts';
import { useUnsavedGuard } from '../driver-form/use-unsaved-guard.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { useFieldText } from '../plans/use-field-text.ts';
import { storagesQuery } from '../storages/storage-api.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { createRepository } from './repository-api.ts';

const FIELDS = ['name', 'storageId', 'folder', 'password'] as const;
type FieldName = (typeof FIELDS)[number];

/** At which field an error of the whole request belongs. */
const PLACES: Readonly<Record<string, FieldName>> = {
  name_taken: 'name',
  folder_taken: 'folder',
  repository_not_found: 'folder',
  wrong_repository_password: 'password',
};

/** Makes a repository, or adopts one that is there with its password. */
export function RepositoryDrawer({ adopts, onClose }: { adopts: boolean; onClose: () => void }) {
  const { t } = useTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  const navigate = useNavigate();
  const storages = useQuery(storagesQuery);
  const [values, setValues] = useState({ name: '', storageId: '', folder: '', password: '' });
  const [appendOnly, setAppendOnly] = useState(false);
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(0);
  const [error, setError] = useState<ErrorRecord | null>(null);
  const [idempotencyKey, setIdempotencyKey] = useState(newId);
  const { close, onChanged } = useUnsavedGuard(onClose);
  const isChanged = appendOnly || Object.values(values).some((text) => text !== '');
  useEffect(() => onChanged(isChanged), [isChanged, onChanged]);

  const missing = FIELDS.filter(
    (field) => field !== 'folder' && (adopts || field !== 'password') && values[field].trim() === '',
  );
  const refused = useRefusals(error);
  const problemAt = (field: FieldName) =>
    refused.get(field) ?? (tried > 0 && missing.includes(field) ? t('planProblems.required') : undefined);
  const element = useRef<HTMLFormElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: at each try, when what is wrong is marked
  useEffect(() => element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [tried, error]);

  const set = (field: FieldName, text: string) => {
    setValues((now) => ({ ...now, [field]: text }));
    setError(null);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(tried + 1);
    if (busy || missing.length > 0) return;
    const { name, storageId, folder, password } = values;
    setBusy(true);
    setError(null);
    try {
      const made = await createRepository(
        {
          ...{ name: name.trim(), storageId, folder: folder.trim(), adopt: adopts, appendOnly },
          ...(adopts && { password }),
        },
        idempotencyKey,
      );
      void client.invalidateQueries({ queryKey: queryKeys.all('repositories') });
      message.success(t('repositories.made', { name: made.name }));
      void navigate({
        to: '/repositories/$id',
        params: { id: made.id },
        search: adopts ? {} : { tab: 'sheet' as const },
      });
    } catch (thrown) {
      setError(toErrorRecord(thrown));
      setIdempotencyKey(newId());
      setBusy(false);
    }
  };
  return (
    <Drawer
      open
      size={520}
      title={adopts ? t('repositories.adopt') : t('repositories.add')}
      onClose={close}
      mask={{ closable: false }}
      data-testid="repository-drawer"
    >
      <form className="stack" ref={element} onSubmit={submit} noValidate>
        <p className="quiet">{adopts ? t('repositories.adoptText') : t('repositories.addText')}</p>
        <Field label={t('common.name')} required error={problemAt('name')}>
          {(input) => (
            <Input
              {...input}
              autoFocus
              autoComplete="off"
              maxLength={100}
              value={values.name}
              onChange={(event) => set('name', event.target.value)}
              data-testid="repository-form-name"
            />
          )}
        </Field>
        <Field label={t('repositories.storage')} required error={problemAt('storageId')}>
          {(input) => (
            <Select
              {...input}
              value={values.storageId || undefined}
              placeholder={t('plans.choose')}
              options={storages.data?.items.map((storage) => ({ value: storage.id, label: storage.name })) ?? []}
              onChange={(id: string) => set('storageId', id)}
              data-testid="repository-form-storage"
            />
          )}
        </Field>
        <Field label={t('plans.folder')} help={t('repositories.folderHelp')} error={problemAt('folder')}>
          {(input) => (
            <Input
              {...input}
              autoComplete="off"
              maxLength={500}
              value={values.folder}
              onChange={(event) => set('folder', event.target.value)}
              data-testid="repository-form-folder"
            />
          )}
        </Field>
        {adopts && (
          <Field label={t('repositories.password')} required error={problemAt('password')}>
            {(input) => (
              <Input.Password
                {...input}
                autoComplete="off"
                maxLength={1000}
                value={values.password}
                onChange={(event) => set('password', event.target.value)}
                data-testid="repository-form-password"
              />
            )}
          </Field>
        )}
        <Checkbox checked={appendOnly} onChange={(event) => setAppendOnly(event.target.checked)}>
          {t('repositories.appendOnly')}
        </Checkbox>
        {error && refused.size === 0 && <ErrorNotice error={error} testId="repository-form-error" />}
        <div className="flow">
          <Button type="primary" htmlType="submit" loading={busy} data-testid="repository-save">
            {adopts ? t('repositories.adopt') : t('repositories.add')}
          </Button>
          {busy && adopts && <span className="field-help">{t('repositories.opening')}</span>}
        </div>
      </form>
    </Drawer>
  );
}

/** What the server refused, by the fields where that stands; nothing when it is about no field. */
function useRefusals(error: ErrorRecord | null): ReadonlyMap<FieldName, string> {
  const texts = useTexts();
  const fieldText = useFieldText();
  const found = new Map<FieldName, string>();
  if (!error) return found;
  const place = PLACES[error.code];
  if (place) {
    const { message, hint } = texts.error(error);
    found.set(
      place,
      place === 'name'
        ? texts.t('errors.name_taken.message')
        : [message, hint].join(texts.language === 'zh' ? '' : ' '),
    );
  }
  if (error instanceof ApiError) {
    for (const problem of error.fields) {
      const field = FIELDS.find((name) => name === problem.field);
      if (field) found.set(field, fieldText(problem));
    }
  }
  return found;
}
