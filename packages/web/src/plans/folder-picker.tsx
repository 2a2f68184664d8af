import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Modal } from 'antd';
import { useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { FileIcon, FolderIcon } from '../ui/icons.tsx';
import { testId } from '../ui/test-id.ts';
import { parentPath, pathCrumbs } from './paths.ts';
import { sourceFolderQuery } from './plan-api.ts';

interface FolderPickerProps {
  /** Any number of folders and files; otherwise the one folder that is open. */
  many: boolean;
  chosen?: readonly string[];
  onChoose: (paths: readonly string[]) => void;
  onClose: () => void;
}

/** Chooses folders of the server by going through them. */
export function FolderPicker({ many, chosen = [], onChoose, onClose }: FolderPickerProps) {
  const { t } = useTexts();
  const [path, setPath] = useState<string | null>(null);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const folder = useQuery(sourceFolderQuery(path));
  const items = folder.data?.items.filter((item) => many || item.isFolder);
  const result = many ? (ticked.size > 0 || path === null ? [...ticked] : [path]) : path === null ? [] : [path];
  const toggle = (item: string) => {
    const next = new Set(ticked);
    if (!next.delete(item)) next.add(item);
    setTicked(next);
  };
  const label =
    many && ticked.size > 0
      ? t('plans.addChosen', { count: ticked.size })
      : path === null
        ? t('plans.chooseThis')
        : t('plans.chooseNamed', { path });
  return (
    <Modal
      open
      title={t('plans.chooseFolder')}
      okText={label}
      okButtonProps={{ disabled: result.length === 0, ...testId('picker-ok') }}
      onOk={() => {
        onChoose(result);
        onClose();
      }}
      onCancel={onClose}
      width={620}
    >
      <div className="stack" data-testid="folder-picker">
        <nav className="breadcrumbs" aria-label={t('plans.path')}>
          <ol>
            <li>
              <button type="button" className="link-button" onClick={() => setPath(null)}>
                {t('plans.allowedFolders')}
              </button>
            </li>
            {path !== null &&
              pathCrumbs(path).map((crumb) => (
                <li key={crumb.path}>
                  <button type="button" className="link-button" onClick={() => setPath(crumb.path)}>
                    {crumb.name}
                  </button>
                </li>
              ))}
          </ol>
        </nav>
        {folder.error && <ErrorNotice error={toErrorRecord(folder.error)} onRetry={() => folder.refetch()} />}
        <ul className="picker-list" aria-busy={folder.isFetching}>
          {path !== null && path !== '/' && (
            <li>
              <button type="button" className="picker-open" onClick={() => setPath(parentPath(path))}>
                <FolderIcon /> ..
              </button>
            </li>
          )}
          {items?.map((item) => (
            <li key={item.path} className={chosen.includes(item.path) ? 'picker-known' : undefined}>
              {many && (
                <Checkbox
                  aria-label={t('common.selectRow', { name: item.name })}
                  checked={ticked.has(item.path) || chosen.includes(item.path)}
                  disabled={chosen.includes(item.path)}
                  onChange={() => toggle(item.path)}
                  data-testid={`picker-tick-${item.name}`}
                />
              )}
              {item.isFolder ? (
                <button
                  type="button"
                  className="picker-open"
                  onClick={() => setPath(item.path)}
                  data-testid={`picker-open-${item.name}`}
                >
                  <FolderIcon /> {item.name}
                </button>
              ) : (
                <span className="picker-open quiet">
                  <FileIcon /> {item.name}
                </span>
              )}
            </li>
          ))}
          {items?.length === 0 && <li className="quiet picker-empty">{t('plans.folderEmpty')}</li>}
        </ul>
        {folder.data?.isCut && <p className="quiet">{t('plans.folderCut')}</p>}
        {path === null && (
          <div>
            <Button type="link" size="small" onClick={() => setPath('/')} data-testid="picker-root">
              {t('plans.wholeServer')}
            </Button>
          </div>
        )}
      </div>
    </Modal>
  );
}
