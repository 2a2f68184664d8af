import { Button } from 'antd';
import { useRef } from 'react';
import { useTexts } from '../i18n/use-texts.tsx';
import { useShortcut } from '../keyboard/shortcuts.tsx';
import { FolderIcon, UploadIcon } from '../ui/icons.tsx';
import { filesOfInput, type PickedFile } from './picked-files.ts';

interface UploadButtonsProps {
  busy: boolean;
  onPick: (files: PickedFile[]) => void;
}

/** Chooses files, or a folder with all that is in it. */
export function UploadButtons({ busy, onPick }: UploadButtonsProps) {
  const { t } = useTexts();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  useShortcut('u', () => files.current?.click());
  const picked = (input: HTMLInputElement) => {
    onPick(filesOfInput(input.files));
    // The same file may be chosen again.
    input.value = '';
  };
  return (
    <>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label={t('objects.uploadFiles')}
        onChange={(event) => picked(event.target)}
        data-testid="upload-files-input"
      />
      <input
        ref={folder}
        type="file"
        // @ts-expect-error known to browsers, not to the types of React
        webkitdirectory=""
        hidden
        aria-label={t('objects.uploadFolder')}
        onChange={(event) => picked(event.target)}
        data-testid="upload-folder-input"
      />
      <Button
        type="primary"
        icon={<UploadIcon />}
        loading={busy}
        aria-keyshortcuts="u"
        onClick={() => files.current?.click()}
        data-testid="upload-files"
      >
        {busy ? t('objects.preparing') : t('objects.uploadFiles')}
      </Button>
      <Button icon={<FolderIcon />} disabled={busy} onClick={() => folder.current?.click()} data-testid="upload-folder">
        {t('objects.uploadFolder')}
      </Button>
    </>
  );
}
