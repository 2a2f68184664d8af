import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App, Button, Checkbox, Drawer, Input, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { ApiError, type ErrorRecord, toErrorRecord } from '../api/problem.ts';
import { queryKeys } from '../api/query-keys.ts';
import { newId } from '../api/request.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { storagesQuery } from '../storages/storage-api.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { createRepository } from './repository-api.ts';

/** Makes a repository, or adopts one that is there with its password. */
export function RepositoryDrawer({ adopts, onClose }: { adopts: boolean; onClose: () => void }) {
  const { t } = useTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  const navigate = useNavigate();
  const storages = useQuery(storagesQuery);
  const [name, setName] = useState('');
  const [storageId, setStorageId] = useState<string>();
  const [folder, setFolder] = useState('');
  const [password, setPassword] = useState('');
  const [appendOnly, setAppendOnly] = useState(false);
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<ErrorRecord | null>(null);
  const [idempotencyKey, setIdempotencyKey] = useState(newId);
  const needed = t('planProblems.required');
  const problemAt = (field: string) =>
    error instanceof ApiError ? error.fields.find((each) => each.field === field)?.message : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (busy || name.trim() === '' || !storageId || (adopts && password === '')) return;
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
  const isTaken = error?.code === 'name_taken';
  const hasPlace = error instanceof ApiError && error.fields.length > 0;
  return (
    <Drawer
      open
      size={520}
      title={adopts ? t('repositories.adopt') : t('repositories.add')}
      onClose={onClose}
      mask={{ closable: false }}
      data-testid="repository-drawer"
    >
      <form className="stack" onSubmit={submit} noValidate>
        <p className="quiet">{adopts ? t('repositories.adoptText') : t('repositories.addText')}</p>
        <Field
          label={t('common.name')}
          required
          error={
            isTaken
              ? t('errors.name_taken.message')
              : (problemAt('name') ?? (tried && name.trim() === '' ? needed : null))
          }
        >
          {(input) => (
            <Input
              {...input}
              autoFocus
              autoComplete="off"
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.target.value)}
              data-testid="repository-form-name"
            />
          )}
        </Field>
        <Field
          label={t('repositories.storage')}
          required
          error={problemAt('storageId') ?? (tried && !storageId ? needed : null)}
        >
          {(input) => (
            <Select
              {...input}
              value={storageId}
              placeholder={t('plans.choose')}
              options={storages.data?.items.map((storage) => ({ value: storage.id, label: storage.name })) ?? []}
              onChange={(id: string) => setStorageId(id)}
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
              value={folder}
              onChange={(event) => setFolder(event.target.value)}
              data-testid="repository-form-folder"
            />
          )}
        </Field>
        {adopts && (
          <Field
            label={t('repositories.password')}
            required
            error={problemAt('password') ?? (tried && password === '' ? needed : null)}
          >
            {(input) => (
              <Input.Password
                {...input}
                autoComplete="off"
                maxLength={1000}
                value={password}
                onChange={(event) => setPassword(event.target.value)}
                data-testid="repository-form-password"
              />
            )}
          </Field>
        )}
        <Checkbox checked={appendOnly} onChange={(event) => setAppendOnly(event.target.checked)}>
          {t('repositories.appendOnly')}
        </Checkbox>
        {error && !isTaken && !hasPlace && <ErrorNotice error={error} />}
        <div>
          <Button type="primary" htmlType="submit" loading={busy} data-testid="repository-save">
            {adopts ? t('repositories.adopt') : t('repositories.add')}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}
