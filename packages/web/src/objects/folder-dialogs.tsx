import type { Storage } from '../api/resources.ts';
import { CopyDialog } from './copy-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { LinkDialog } from './link-dialog.tsx';
import type { ObjectPlace } from './object-api.ts';
import type { ObjectRow } from './object-rows.ts';

export type ObjectDialog = { kind: 'link'; row: ObjectRow } | { kind: 'delete' | 'copy'; rows: readonly ObjectRow[] };

interface FolderDialogsProps {
  dialog: ObjectDialog | null;
  storage: Storage;
  place: ObjectPlace;
  prefix: string;
  onDone: () => void;
  onClose: () => void;
}

export function FolderDialogs({ dialog, storage, place, prefix, onDone, onClose }: FolderDialogsProps) {
  if (!dialog) return null;
  const done = () => {
    onDone();
    onClose();
  };
  switch (dialog.kind) {
    case 'link':
      return <LinkDialog place={place} object={dialog.row} onClose={onClose} />;
    case 'delete':
      return <DeleteDialog storage={storage} place={place} rows={dialog.rows} onDone={onDone} onClose={onClose} />;
    case 'copy':
      return (
        <CopyDialog
          storage={storage}
          place={place}
          prefix={prefix}
          rows={dialog.rows}
          onDone={done}
          onClose={onClose}
        />
      );
  }
}
