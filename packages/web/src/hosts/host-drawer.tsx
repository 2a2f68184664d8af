import { useQuery } from '@tanstack/react-query';
import { Alert, Drawer, Select } from 'antd';
import { useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { Host } from '../api/resources.ts';
import { useUnsavedGuard } from '../driver-form/use-unsaved-guard.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { hostTypesQuery } from './host-api.ts';
import { HostFormFields } from './host-form-fields.tsx';

interface HostDrawerProps {
  /** Null to add one. */
  host: Host | null;
  onClose: () => void;
}

/** Adds or edits a host. The host is the one that the drawer was opened with: events must not change what one edits. */
export function HostDrawer({ host: opened, onClose }: HostDrawerProps) {
  const { t, localized } = useTexts();
  const types = useQuery(hostTypesQuery);
  const [host, setHost] = useState(opened);
  const [chosen, setChosen] = useState<string>();
  const { close, onChanged } = useUnsavedGuard(onClose);
  const items = types.data?.items;
  const name = host?.type ?? chosen ?? items?.[0]?.type;
  const type = items?.find((candidate) => candidate.type === name);

  return (
    <Drawer
      open
      size={560}
      title={host ? t('hosts.edit', { name: host.name }) : t('hosts.add')}
      onClose={close}
      mask={{ closable: false }}
      data-testid="host-drawer"
    >
      <div className="stack">
        {types.error && <ErrorNotice error={toErrorRecord(types.error)} onRetry={() => types.refetch()} />}
        {items && !host && (
          <Field label={t('driverForm.type')} required help={type && localized(type.description)}>
            {(input) => (
              <Select
                {...input}
                value={name}
                onChange={setChosen}
                options={items.map((candidate) => ({ value: candidate.type, label: localized(candidate.label) }))}
                data-testid="host-form-type"
              />
            )}
          </Field>
        )}
        {items && host && !type && <Alert type="warning" showIcon title={t('driverForm.noLongerKnown')} />}
        {type && (
          <HostFormFields
            key={`${type.type} ${host?.revision ?? ''}`}
            type={type}
            host={host}
            onChanged={onChanged}
            onReload={setHost}
            onDone={onClose}
          />
        )}
      </div>
    </Drawer>
  );
}
