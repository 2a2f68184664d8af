import { Button } from 'antd';
import type { ReactNode } from 'react';
import type { Storage } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { CloseIcon, CopyIcon, SyncIcon, TrashIcon } from '../ui/icons.tsx';
import type { ObjectRights } from './object-columns.tsx';
import type { ObjectRow } from './object-rows.ts';
import type { PickedFile } from './picked-files.ts';
import { UploadButtons } from './upload-buttons.tsx';

interface FolderToolsProps {
  storage: Storage;
  bucket: string | undefined;
  prefix: string;
  rights: ObjectRights;
  chosen: readonly ObjectRow[];
  isLoading: boolean;
  isPreparing: boolean;
  onUpload: (files: PickedFile[]) => void;
  onRefresh: () => void;
  onAct: (kind: 'copy' | 'delete') => void;
  onClear: () => void;
  breadcrumbs: ReactNode;
}

/** Where one is, and what can be done: with what is selected, or else with the folder. One line, so that nothing jumps. */
export function FolderTools(props: FolderToolsProps) {
  const { t } = useTexts();
  const { rights, chosen } = props;
  return (
    <div className="folder-tools">
      {props.breadcrumbs}
      <div className="flow">
        {chosen.length > 0 ? (
          <ChosenTools {...props} />
        ) : (
          <>
            {rights.write && <UploadButtons busy={props.isPreparing} onPick={props.onUpload} />}
            <Button
              icon={<SyncIcon />}
              aria-label={t('objects.refresh')}
              title={t('objects.refresh')}
              disabled={props.isLoading}
              onClick={props.onRefresh}
              data-testid="objects-refresh"
            />
          </>
        )}
      </div>
    </div>
  );
}

function ChosenTools({ rights, chosen, onAct, onClear }: FolderToolsProps) {
  const { t } = useTexts();
  return (
    <>
      <span className="number" role="status">
        {t('common.selected', { count: chosen.length })}
      </span>
      {rights.copy && (
        <Button icon={<CopyIcon />} onClick={() => onAct('copy')} data-testid="objects-copy">
          {t('objects.copy')}
        </Button>
      )}
      {rights.delete && (
        <Button danger icon={<TrashIcon />} onClick={() => onAct('delete')} data-testid="objects-delete">
          {t('objects.delete')}
        </Button>
      )}
      <Button
        type="text"
        icon={<CloseIcon />}
        aria-label={t('common.clearSelection')}
        title={t('common.clearSelection')}
        onClick={onClear}
        data-testid="objects-clear"
      />
    </>
  );
}
