import { useQuery } from '@tanstack/react-query';
import { Button, Drawer } from 'antd';
import { useState } from 'react';
import type { Backup, NodeDifference } from '../api/backup-resources.ts';
import { formatBytes } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { compareQuery } from './backup-api.ts';
import { backupName } from './backup-name.ts';
import { FilesError } from './not-indexed.tsx';

const SIGNS = { added: '+', removed: '−', changed: '~' } as const;

/** What is not the same in two backups, page by page. */
export function CompareDrawer({ first, second, onClose }: { first: Backup; second: Backup; onClose: () => void }) {
  const { t, locale } = useTexts();
  const [older, newer] = first.time < second.time ? [first, second] : [second, first];
  // Where each page begins; what was seen can be gone back to.
  const [starts, setStarts] = useState<readonly (number | undefined)[]>([undefined]);
  const found = useQuery(compareQuery(older.id, newer.id, starts.at(-1)));
  return (
    <Drawer open size={760} title={t('backups.compareTitle')} onClose={onClose} data-testid="compare-drawer">
      <div className="stack">
        <p>
          {backupName(older, locale)} → {backupName(newer, locale)}
        </p>
        {found.error && <FilesError error={found.error} onRetry={() => void found.refetch()} />}
        {found.data?.items.length === 0 && <p className="quiet">{t('backups.noDifferences')}</p>}
        <table className="small-table compare-table" aria-busy={found.isFetching}>
          <tbody>
            {found.data?.items.map((item) => (
              <Difference key={`${item.path} ${item.change}`} item={item} />
            ))}
          </tbody>
        </table>
        <div className="flow">
          <Button disabled={starts.length === 1} onClick={() => setStarts(starts.slice(0, -1))}>
            {t('common.previous')}
          </Button>
          <Button
            disabled={typeof found.data?.next !== 'number'}
            onClick={() => setStarts([...starts, found.data?.next ?? undefined])}
          >
            {t('common.next')}
          </Button>
        </div>
      </div>
    </Drawer>
  );
}

function Difference({ item }: { item: NodeDifference }) {
  const { word, locale } = useTexts();
  const { before, after } = item;
  const size = (node: NodeDifference['before']) => (node?.kind === 'file' ? formatBytes(node.size, locale) : '–');
  return (
    <tr className={`difference-${item.change}`}>
      <td>
        <span aria-hidden="true" className="difference-sign">
          {SIGNS[item.change]}
        </span>
        <span className="visually-hidden">{word('changes', item.change)}</span>
      </td>
      <td className="mono compare-path">{item.path}</td>
      <td className="number quiet cell-end">
        {before && after ? `${size(before)} → ${size(after)}` : size(before ?? after)}
      </td>
    </tr>
  );
}
