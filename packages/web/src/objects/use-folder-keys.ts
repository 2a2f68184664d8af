import { type RefObject, useEffect, useRef } from 'react';
import { useShortcut } from '../keyboard/shortcuts.tsx';
import { type ObjectRow, parentOf } from './object-rows.ts';

interface FolderKeys {
  table: RefObject<HTMLElement | null>;
  rows: readonly ObjectRow[] | undefined;
  prefix: string;
  /** The folder that one comes from. */
  cameFrom: string | undefined;
  onOpen: (prefix: string) => void;
  /** @param reached the row that has the focus */
  onDelete: (reached: string | undefined) => void;
}

/** `Backspace` goes up and `Delete` deletes; the focus stays with the rows from folder to folder. */
export function useFolderKeys({ table, rows, prefix, cameFrom, onOpen, onDelete }: FolderKeys): void {
  useShortcut('Backspace', () => {
    const above = parentOf(prefix);
    if (above !== null) onOpen(above);
  });
  useShortcut('Delete', () => {
    const row = document.activeElement?.closest<HTMLElement>('[data-row-id]');
    onDelete(row && table.current?.contains(row) ? row.dataset.rowId : undefined);
  });
  const isPlaced = useRef(false);
  useEffect(() => {
    if (!rows || isPlaced.current) return;
    isPlaced.current = true;
    // Only where the focus was lost with the row that was opened: nobody's place on the page is taken away.
    if (cameFrom === undefined || document.activeElement !== document.body) return;
    const left = table.current?.querySelector<HTMLElement>(`[data-row-id="${CSS.escape(cameFrom)}"]`);
    (left ?? table.current?.querySelector<HTMLElement>('[data-row-id]'))?.focus();
  }, [rows, cameFrom, table]);
}
