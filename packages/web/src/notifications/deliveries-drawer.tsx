import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Button, Drawer, Select } from 'antd';
import { type MouseEvent, useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { Channel, Delivery, DeliveryState } from '../api/resources.ts';
import { formatExactTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Ago } from '../ui/ago.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorLine, ErrorNotice } from '../ui/error-notice.tsx';
import { deliveriesQuery } from './channel-api.ts';
import { DeliveryChip, SeverityChip } from './delivery-chip.tsx';

const STATES: readonly DeliveryState[] = ['sent', 'queued', 'waiting', 'failed', 'suppressed'];

/** What was told through a channel, is to be told, or was kept quiet, newest first. */
export function DeliveriesDrawer({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const { t, word } = useTexts();
  const [state, setState] = useState<DeliveryState>();
  const [trail, setTrail] = useState<string[]>([]);
  const list = useQuery({ ...deliveriesQuery(channel.id, state, trail.at(-1)), placeholderData: keepPreviousData });
  const items = list.data?.items;
  return (
    <Drawer
      open
      size={640}
      title={t('notifications.deliveriesOf', { name: channel.name })}
      onClose={onClose}
      data-testid="deliveries-drawer"
    >
      <div className="stack">
        <Select
          className="deliveries-filter"
          allowClear
          aria-label={t('common.state')}
          placeholder={t('notifications.allStates')}
          value={state}
          onChange={(next?: DeliveryState) => {
            setState(next);
            setTrail([]);
          }}
          options={STATES.map((value) => ({ value, label: word('deliveryStates', value) }))}
          data-testid="deliveries-state"
        />
        {list.error && <ErrorNotice error={toErrorRecord(list.error)} onRetry={() => list.refetch()} />}
        {items?.length === 0 && <EmptyState text={state ? t('common.nothingFound') : t('notifications.nothingTold')} />}
        <ul className="deliveries">
          {items?.map((delivery) => (
            <DeliveryRow key={delivery.id} delivery={delivery} />
          ))}
        </ul>
        <div className="flow">
          {trail.length > 0 && <Button onClick={() => setTrail(trail.slice(0, -1))}>{t('common.previous')}</Button>}
          {list.data?.nextCursor && (
            <Button onClick={() => setTrail([...trail, list.data?.nextCursor ?? ''])}>{t('common.next')}</Button>
          )}
        </div>
        <p className="field-help">{t('notifications.atLeastOnce')}</p>
      </div>
    </Drawer>
  );
}

function DeliveryRow({ delivery }: { delivery: Delivery }) {
  const { t, word, localized, locale } = useTexts();
  const { history } = useRouter();
  const { state, reason, error, repeats, attempts, dueAt } = delivery;
  // The server tells pages with what stands behind their `?`, which a typed link cannot take.
  const open = (event: MouseEvent<HTMLAnchorElement>) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    history.push(delivery.path);
  };
  return (
    <li className="delivery" data-testid="delivery" data-state={state}>
      <div className="delivery-head">
        <SeverityChip severity={delivery.severity} />
        <a href={delivery.path} className="delivery-title" onClick={open}>
          {localized(delivery.title)}
        </a>
        <DeliveryChip state={state} />
      </div>
      <div className="delivery-facts quiet">
        <Ago time={delivery.happenedAt} />
        {attempts > 1 && <span>{t('notifications.attempts', { count: attempts })}</span>}
        {repeats > 0 && <span>{t('notifications.repeats', { count: repeats })}</span>}
        {reason && <span>{word('deliveryReasons', reason)}</span>}
        {dueAt && <span>{t('notifications.dueAt', { time: formatExactTime(dueAt, locale) })}</span>}
        {delivery.messageId && <span>{t('notifications.together')}</span>}
      </div>
      {error && <ErrorLine error={error} />}
    </li>
  );
}
