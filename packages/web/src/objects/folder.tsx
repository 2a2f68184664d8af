import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useCallback, useMemo, useRef, useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { Storage } from '../api/resources.ts';
import { objectCommands } from '../commands/storage-commands.ts';
import { formatNumber } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { DataTable } from '../table/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Equivalent } from '../ui/equivalent.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Breadcrumbs } from './breadcrumbs.tsx';
import { CollisionDialog } from './collision-dialog.tsx';
import { DropZone } from './drop-zone.tsx';
import { FolderDialogs, type ObjectDialog } from './folder-dialogs.tsx';
import { FolderTools } from './folder-tools.tsx';
import { objectsQuery } from './object-api.ts';
import { type ObjectRequest, useObjectColumns, useObjectRights } from './object-columns.tsx';
import { ObjectDetails } from './object-details.tsx';
import { type ObjectRow, objectRows } from './object-rows.ts';
import { UploadsBar } from './uploads-bar.tsx';
import { useFolderKeys } from './use-folder-keys.ts';
import { useUpload } from './use-upload.tsx';

interface FolderProps {
  storage: Storage;
  bucket: string | undefined;
  prefix: string;
  cameFrom: string | undefined;
  onOpen: (prefix: string) => void;
}

/** What lies in one folder, and what can be done with it. */
export function Folder({ storage, bucket, prefix, cameFrom, onOpen }: FolderProps) {
  const { t, locale } = useTexts();
  const place = useMemo(() => ({ storageId: storage.id, bucket }), [storage.id, bucket]);
  const rights = useObjectRights(storage);
  const objects = useInfiniteQuery(objectsQuery(place, prefix));
  const pages = objects.data?.pages;
  const rows = useMemo(() => pages && objectRows(pages, prefix), [pages, prefix]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<string>();
  const [dialog, setDialog] = useState<ObjectDialog | null>(null);
  const { upload, isPreparing, collision } = useUpload(place, prefix);
  const onRequest = useCallback(
    ({ kind, row }: ObjectRequest) => setDialog(kind === 'delete' ? { kind, rows: [row] } : { kind: 'link', row }),
    [],
  );
  const columns = useObjectColumns(place, rights, onRequest);
  const chosen = rows?.filter((row) => selected.has(row.key)) ?? [];
  const table = useRef<HTMLDivElement>(null);
  useFolderKeys({
    table,
    rows,
    prefix,
    cameFrom,
    onOpen,
    onDelete: (reached) => {
      const row = rows?.find(({ key }) => key === reached);
      const wanted = chosen.length > 0 ? chosen : row ? [row] : [];
      if (rights.delete && wanted.length > 0) setDialog({ kind: 'delete', rows: wanted });
    },
  });
  const open = (key: string) => {
    if (rows?.find((row) => row.key === key)?.kind === 'folder') onOpen(key);
    else setOpened(opened === key ? undefined : key);
  };
  const body = (
    <div className="folder-table" ref={table}>
      <DataTable
        label={t('storages.objects')}
        columns={columns}
        rows={objects.error && !rows ? [] : rows}
        rowId={(row: ObjectRow) => row.key}
        rowName={(row) => row.name}
        rowTestId={(row) => `object-row-${row.name}`}
        opened={opened}
        onOpen={open}
        expansion={(row) => row.kind === 'object' && <ObjectDetails place={place} row={row} />}
        {...((rights.delete || rights.copy) && { selected, onSelect: setSelected })}
        empty={!objects.error && <EmptyState text={rights.write ? t('objects.empty') : t('objects.emptyReadOnly')} />}
      />
    </div>
  );
  return (
    <div className="stack" data-testid="objects-tab">
      <FolderTools
        storage={storage}
        bucket={bucket}
        prefix={prefix}
        rights={rights}
        chosen={chosen}
        isLoading={objects.isFetching}
        isPreparing={isPreparing}
        onUpload={(files) => void upload(files)}
        onRefresh={() => void objects.refetch()}
        onAct={(kind) => setDialog({ kind, rows: chosen })}
        onClear={() => setSelected(new Set())}
        breadcrumbs={<Breadcrumbs storage={storage} bucket={bucket} prefix={prefix} />}
      />
      {objects.error && <ErrorNotice error={toErrorRecord(objects.error)} onRetry={() => objects.refetch()} />}
      {rights.write ? (
        <DropZone place={`${storage.name}/${prefix}`} onDrop={(files) => void upload(files)}>
          {body}
        </DropZone>
      ) : (
        body
      )}
      {rows && rows.length > 0 && (
        <div className="flow folder-end">
          <span className="quiet number" data-testid="objects-shown">
            {objects.hasNextPage
              ? t('objects.shownSoFar', { shown: formatNumber(rows.length, locale) })
              : t('objects.shown', { count: rows.length, shown: formatNumber(rows.length, locale) })}
          </span>
          {objects.hasNextPage && (
            <Button
              loading={objects.isFetchingNextPage}
              onClick={() => void objects.fetchNextPage()}
              data-testid="objects-more"
            >
              {t('objects.loadMore')}
            </Button>
          )}
        </div>
      )}
      <UploadsBar storageId={storage.id} />
      <Equivalent {...objectCommands(storage, prefix, location.origin)} />
      {collision && <CollisionDialog collision={collision} prefix={prefix} />}
      <FolderDialogs
        dialog={dialog}
        storage={storage}
        place={place}
        prefix={prefix}
        onDone={() => setSelected(new Set())}
        onClose={() => setDialog(null)}
      />
    </div>
  );
}
