import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Alert, Button, Drawer } from 'antd';
import { useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { Channel, ChannelType } from '../api/resources.ts';
import { useUnsavedGuard } from '../driver-form/use-unsaved-guard.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { channelTypesQuery } from './channel-api.ts';
import { ChannelForm } from './channel-form.tsx';

/** The types, then the form of the chosen one; the address says which. */
export function AddChannelDrawer({ onClose }: { onClose: () => void }) {
  const { t, localized } = useTexts();
  const navigate = useNavigate({ from: '/notifications' });
  const { type: chosen } = useSearch({ from: '/shell/notifications' });
  const types = useQuery(channelTypesQuery);
  const { close, onChanged, guarded } = useUnsavedGuard(onClose);
  const items = types.data?.items;
  const type = items?.find((candidate) => candidate.type === chosen);
  const choose = (name: string | undefined) =>
    void navigate({ search: { form: 'new', ...(name !== undefined && { type: name }) } });
  const back = () =>
    guarded(() => {
      onChanged(false);
      choose(undefined);
    });
  return (
    <Drawer
      open
      size={640}
      title={type ? t('notifications.addType', { type: localized(type.label) }) : t('notifications.add')}
      onClose={close}
      mask={{ closable: false }}
      extra={
        type && (
          <Button onClick={back} data-testid="channel-type-change">
            {t('notifications.otherType')}
          </Button>
        )
      }
      data-testid="channel-drawer"
    >
      {types.error && <ErrorNotice error={toErrorRecord(types.error)} onRetry={() => types.refetch()} />}
      {items && !type && <TypeList types={items} onChoose={choose} />}
      {type && <ChannelForm key={type.type} type={type} channel={null} onChanged={onChanged} onDone={onClose} />}
    </Drawer>
  );
}

function TypeList({ types, onChoose }: { types: readonly ChannelType[]; onChoose: (type: string) => void }) {
  const { t, localized } = useTexts();
  return (
    <div className="stack">
      <p className="quiet">{t('notifications.typesText')}</p>
      <ul className="channel-types">
        {types.map((type) => (
          <li key={type.type}>
            <button
              type="button"
              className="card channel-type"
              onClick={() => onChoose(type.type)}
              data-testid={`channel-type-${type.type}`}
            >
              <span className="channel-type-name">{localized(type.label)}</span>
              <span className="channel-type-text">{localized(type.description)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Edits a channel: the one that the drawer was opened with, since events must not change what one edits. */
export function EditChannelDrawer({ channel: opened, onClose }: { channel: Channel; onClose: () => void }) {
  const { t } = useTexts();
  const types = useQuery(channelTypesQuery);
  const [channel, setChannel] = useState(opened);
  const { close, onChanged } = useUnsavedGuard(onClose);
  const type = types.data?.items.find((candidate) => candidate.type === channel.type);
  return (
    <Drawer
      open
      size={640}
      title={t('notifications.edit', { name: channel.name })}
      onClose={close}
      mask={{ closable: false }}
      data-testid="channel-drawer"
    >
      {types.error && <ErrorNotice error={toErrorRecord(types.error)} onRetry={() => types.refetch()} />}
      {types.data && !type && <Alert type="warning" showIcon title={t('driverForm.noLongerKnown')} />}
      {type && (
        <ChannelForm
          key={channel.revision}
          type={type}
          channel={channel}
          onChanged={onChanged}
          onReload={setChannel}
          onDone={onClose}
        />
      )}
    </Drawer>
  );
}
