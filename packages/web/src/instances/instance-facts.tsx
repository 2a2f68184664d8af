import { Fragment, type ReactNode } from 'react';
import type { Instance } from '../api/resources.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatDateTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Ago } from '../ui/ago.tsx';
import { Copyable } from '../ui/copyable.tsx';

export function InstanceFacts({ instance }: { instance: Instance }) {
  const { t, locale } = useTexts();
  const named = (name: string | null, id: string) => (
    <>
      {name && name !== id && <div>{name}</div>}
      <Copyable text={id} />
    </>
  );
  const addresses = (list: readonly string[]) =>
    list.map((address) => (
      <div key={address}>
        <Copyable text={address} />
      </div>
    ));
  const tags = Object.entries(instance.tags);
  const facts: [string, ReactNode][] = [
    [t('instances.remoteId'), instance.remoteId && <Copyable text={instance.remoteId} />],
    [t('instances.id'), <Copyable key="id" text={instance.id} />],
    [t('instances.description'), instance.description],
    [t('instances.host'), instance.hostName],
    [t('instances.remoteState'), <code key="state">{instance.remoteState}</code>],
    [t('instances.publicAddresses'), instance.publicAddresses.length > 0 && addresses(instance.publicAddresses)],
    [t('instances.privateAddresses'), instance.privateAddresses.length > 0 && addresses(instance.privateAddresses)],
    [t('instances.region'), [instance.regionId, instance.zoneId].filter(Boolean).join(' / ')],
    [t('instances.network'), instance.networkId && named(instance.networkName, instance.networkId)],
    [t('instances.image'), instance.imageId && named(instance.imageName, instance.imageId)],
    [t('instances.flavor'), instance.flavorId && named(instance.flavorName, instance.flavorId)],
    [
      t('instances.size'),
      `${t('instances.cpu', { count: instance.cpuCount })} · ${formatBytes(instance.memoryBytes, locale)}`,
    ],
    [t('instances.systemDisk'), formatBytes(instance.systemDiskBytes, locale)],
    [
      t('instances.tags'),
      tags.length > 0 && (
        <ul className="tag-list">
          {tags.map(([name, value]) => (
            <li key={name}>
              <code>{value === '' ? name : `${name}=${value}`}</code>
            </li>
          ))}
        </ul>
      ),
    ],
    [t('common.created'), instance.createdAt && formatDateTime(instance.createdAt, locale)],
    [t('instances.expires'), instance.expiresAt && formatDateTime(instance.expiresAt, locale)],
    [t('instances.age'), <Ago key="age" time={instance.syncedAt} />],
  ];
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => Boolean(value))
        .map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </dl>
  );
}
