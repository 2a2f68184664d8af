import { type DragEvent, type ReactNode, useState } from 'react';
import { useTexts } from '../i18n/use-texts.tsx';
import { filesOfDrop, type PickedFile } from './picked-files.ts';

interface DropZoneProps {
  /** Where it goes, in words. */
  place: string;
  onDrop: (files: Promise<PickedFile[]>) => void;
  children: ReactNode;
}

/** Takes files and folders that are dropped onto what is inside. */
export function DropZone({ place, onDrop, children }: DropZoneProps) {
  const { t } = useTexts();
  // Entering an element inside comes before leaving the one around it: only the sum tells whether it is over.
  const [depth, setDepth] = useState(0);
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons do the same for who does not drag
    <div
      className={depth > 0 ? 'drop-zone drop-zone-over' : 'drop-zone'}
      data-testid="drop-zone"
      onDragEnter={(event) => hasFiles(event) && setDepth((now) => now + 1)}
      onDragLeave={(event) => hasFiles(event) && setDepth((now) => Math.max(0, now - 1))}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setDepth(0);
        onDrop(filesOfDrop(event.dataTransfer.items));
      }}
    >
      {children}
      {depth > 0 && <div className="drop-hint">{t('objects.dropHere', { place })}</div>}
    </div>
  );
}
