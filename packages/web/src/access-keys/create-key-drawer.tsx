import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Drawer, Input, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { queryKeys } from '../api/query-keys.ts';
import { newId } from '../api/request.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { type CreatedAccessKey, createAccessKey, permissionsQuery } from './access-key-api.ts';
import { isAddress } from './address-list.ts';
import { EXPIRY_CHOICES, expiryAfter } from './key-age.ts';
import { scopeChoices } from './scope-choices.ts';
import { ShownSecret } from './shown-secret.tsx';

export function CreateKeyDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTexts();
  const [created, setCreated] = useState<CreatedAccessKey | null>(null);
  return (
    <Drawer
      open
      size={520}
      title={created ? t('accessKeys.createdTitle') : t('accessKeys.add')}
      // The secret is shown this once: only the button that says so leaves it.
      closable={created === null}
      keyboard={created === null}
      mask={{ closable: false }}
      onClose={onClose}
      data-testid="access-key-drawer"
    >
      {created ? <ShownSecret created={created} onSaved={onClose} /> : <CreateKeyForm onCreated={setCreated} />}
    </Drawer>
  );
}

function CreateKeyForm({ onCreated }: { onCreated: (key: CreatedAccessKey) => void }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const permissions = useQuery(permissionsQuery);
  const [description, setDescription] = useState('');
  const [scopes, setScopes] = useState<string[]>([]);
  const [days, setDays] = useState<number | null>(90);
  const [addresses, setAddresses] = useState<string[]>([]);
  const [idempotencyKey] = useState(newId);
  const mistyped = addresses.find((address) => !isAddress(address));

  const { submit, busy, error } = useSubmit(async () => {
    const expiresAt = expiryAfter(days, Date.now());
    const created = await createAccessKey(
      { description: description.trim(), scopes, expiresAt, allowedAddresses: addresses },
      idempotencyKey,
    );
    await client.invalidateQueries({ queryKey: queryKeys.all('access-keys') });
    onCreated(created);
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (mistyped !== undefined) return;
    submit();
  };

  return (
    <form className="stack" onSubmit={onSubmit}>
      <Field label={t('accessKeys.description')} help={t('accessKeys.descriptionHelp')}>
        {(input) => (
          <Input
            {...input}
            autoFocus
            maxLength={200}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
            data-testid="access-key-description"
          />
        )}
      </Field>
      <Field label={t('accessKeys.scopes')} help={t('accessKeys.scopesHelp')}>
        {(input) => (
          <Select
            {...input}
            mode="multiple"
            allowClear
            placeholder={t('accessKeys.scopesAll')}
            value={scopes}
            onChange={setScopes}
            loading={permissions.isPending}
            options={scopeChoices(permissions.data?.items ?? []).map(({ value, description: what }) => ({
              value,
              label: value,
              title: what,
            }))}
            data-testid="access-key-scopes"
          />
        )}
      </Field>
      <Field label={t('accessKeys.expires')} help={t('accessKeys.expiresHelp')}>
        {(input) => (
          <Select
            {...input}
            value={days ?? 0}
            onChange={(chosen: number) => setDays(chosen === 0 ? null : chosen)}
            options={[
              ...EXPIRY_CHOICES.map((count) => ({
                value: count as number,
                label: t('accessKeys.expiryDays', { count }),
              })),
              { value: 0, label: t('accessKeys.expiryNever') },
            ]}
            data-testid="access-key-expiry"
          />
        )}
      </Field>
      <Field
        label={t('accessKeys.addresses')}
        help={t('accessKeys.addressesHelp')}
        error={mistyped === undefined ? null : t('accessKeys.addressFormat', { value: mistyped })}
      >
        {(input) => (
          <Select
            {...input}
            mode="tags"
            open={false}
            suffixIcon={null}
            tokenSeparators={[' ', ',', ';']}
            placeholder={t('accessKeys.addressesAny')}
            value={addresses}
            onChange={setAddresses}
            {...(mistyped !== undefined && { status: 'error' as const })}
            data-testid="access-key-addresses"
          />
        )}
      </Field>
      {error && <ErrorNotice error={error} />}
      <div>
        <Button type="primary" htmlType="submit" loading={busy} data-testid="access-key-create">
          {t('common.create')}
        </Button>
      </div>
    </form>
  );
}
