import type { Storage } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { NamedConfirm } from '../ui/named-confirm.tsx';
import { deleteObjects, type ObjectPlace } from './object-api.ts';
import { type ObjectRow, selectionsOf } from './object-rows.ts';
import { SelectedNames } from './selected-names.tsx';
import { useStarted } from './use-started.ts';

interface DeleteDialogProps {
  storage: Storage;
  place: ObjectPlace;
  rows: readonly ObjectRow[];
  onDone: () => void;
  onClose: () => void;
}

/** Deletes what is selected. A folder is more than one sees: its name must be typed, of several that of the storage. */
export function DeleteDialog({ storage, place, rows, onDone, onClose }: DeleteDialogProps) {
  const { t } = useTexts();
  const started = useStarted();
  const folders = rows.filter((row) => row.kind === 'folder');
  const [folder] = folders;
  const title = !folder
    ? t('objects.deleteTitle', { count: rows.length })
    : folders.length === 1
      ? t('objects.deleteFolderTitle', { name: folder.name })
      : t('objects.deleteFoldersTitle', { count: folders.length });
  const remove = async () => {
    const selections = selectionsOf(rows);
    for (const selection of selections) await deleteObjects(place, selection);
    started(selections.length);
    onDone();
  };
  return (
    <NamedConfirm
      title={title}
      {...(folder && { name: folders.length === 1 ? folder.name : storage.name })}
      actionLabel={t('objects.delete')}
      onConfirm={remove}
      onClose={onClose}
    >
      <div className="stack">
        <SelectedNames rows={rows} />
        {folder && <p>{t('objects.deleteFolderText')}</p>}
        <p>{t('objects.deleteText')}</p>
      </div>
    </NamedConfirm>
  );
}
