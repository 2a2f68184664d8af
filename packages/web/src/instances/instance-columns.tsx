import { useMemo } from 'react';
import type { Instance } from '../api/resources.ts';
import { formatBytes } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import type { Column } from '../table/column.ts';
import { Ago } from '../ui/ago.tsx';
import { SimulatedTag } from '../ui/simulated-tag.tsx';
import { ActionButtons } from './action-buttons.tsx';
import { Addresses } from './addresses.tsx';
import { InstanceStateChip } from './instance-state-chip.tsx';

const FEW: ReadonlySet<string> = new Set(['name', 'state', 'host', 'addresses', 'actions']);

/**
 * @param which `few`: beside a panel there is room for what one needs to find a row, no more
 * @param mayAct whether the person may do anything to instances; who may not sees no empty column
 */
export function useInstanceColumns(which: 'all' | 'few', mayAct: boolean): readonly Column<Instance>[] {
  const { t, locale } = useTexts();
  return useMemo(() => {
    const columns: Column<Instance>[] = [
      {
        key: 'name',
        title: t('common.name'),
        narrow: 'title',
        sort: { ascending: 'name', descending: '-name' },
        cell: (instance) => (
          <span className="cell-two">
            <span className="cell-clip instance-name" title={instance.name}>
              {instance.name || '–'}
            </span>
            <span className="cell-two-second mono cell-clip">{instance.remoteId}</span>
          </span>
        ),
      },
      {
        key: 'state',
        title: t('common.state'),
        width: '106px',
        sort: { ascending: 'state', descending: '-state' },
        cell: (instance) => <InstanceStateChip instance={instance} />,
      },
      {
        key: 'host',
        title: t('instances.host'),
        width: '12%',
        cell: (instance) => (
          <span className="instance-host">
            <span className="cell-clip" title={instance.hostName}>
              {instance.hostName}
            </span>
            {instance.hostSimulated && <SimulatedTag />}
          </span>
        ),
      },
      {
        key: 'addresses',
        title: t('instances.addresses'),
        width: '118px',
        cell: (instance) => <Addresses instance={instance} />,
      },
      {
        key: 'region',
        title: t('instances.region'),
        width: '94px',
        narrow: 'hidden',
        cell: (instance) => (
          <span className="cell-two">
            <span className="cell-clip">{instance.regionId}</span>
            <span className="cell-two-second cell-clip">{instance.zoneId}</span>
          </span>
        ),
      },
      {
        key: 'image',
        title: t('instances.image'),
        width: '10%',
        narrow: 'hidden',
        cell: (instance) => (
          <span className="cell-clip" title={instance.imageId}>
            {instance.imageName ?? instance.imageId}
          </span>
        ),
      },
      {
        key: 'size',
        title: t('instances.size'),
        width: '128px',
        sort: { ascending: 'cpuCount', descending: '-cpuCount' },
        cell: (instance) => (
          <span className="cell-two number" title={instance.flavorName ?? instance.flavorId}>
            <span>
              {t('instances.cpu', { count: instance.cpuCount })} · {formatBytes(instance.memoryBytes, locale)}
            </span>
            <span className="cell-two-second cell-clip">{instance.flavorName ?? instance.flavorId}</span>
          </span>
        ),
      },
      {
        key: 'created',
        title: `${t('common.created')} / ${t('instances.age')}`,
        width: '122px',
        narrow: 'hidden',
        sort: { ascending: 'createdAt', descending: '-createdAt' },
        cell: (instance) => (
          <span className="cell-two">
            <Ago time={instance.createdAt} otherwise="–" />
            <span className="cell-two-second" title={t('instances.ageHelp')}>
              <Ago time={instance.syncedAt} otherwise="–" />
            </span>
          </span>
        ),
      },
      {
        key: 'actions',
        title: t('common.actions'),
        width: '98px',
        align: 'end',
        cell: (instance) => <ActionButtons instance={instance} />,
      },
    ];
    const shown = which === 'all' ? columns : columns.filter((column) => FEW.has(column.key));
    return mayAct ? shown : shown.filter((column) => column.key !== 'actions');
  }, [t, locale, which, mayAct]);
}
