import { type RefObject, useCallback, useEffect, useState } from 'react';
import { useShortcut } from '../keyboard/shortcuts.tsx';

/** `j` and `k` (anywhere) and the arrow keys (in the table) move from row to row. */
export function useRowKeys(table: RefObject<HTMLElement | null>, ids: readonly string[], opened: string | undefined) {
  const [reached, setReached] = useState<string>();
  const current = reached !== undefined && ids.includes(reached) ? reached : undefined;

  const move = useCallback(
    (step: number) => {
      const from = current ?? opened;
      const at = from === undefined ? -1 : ids.indexOf(from);
      const next = ids[Math.max(0, Math.min(ids.length - 1, at === -1 ? 0 : at + step))];
      const row = next && table.current?.querySelector<HTMLElement>(`[data-row-id="${CSS.escape(next)}"]`);
      if (row) row.focus();
    },
    [current, opened, ids, table],
  );
  useShortcut('j', () => move(1));
  useShortcut('k', () => move(-1));

  useEffect(() => {
    const element = table.current;
    if (!element) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.target instanceof HTMLTableRowElement)) return;
      if (event.key === 'ArrowDown') move(1);
      else if (event.key === 'ArrowUp') move(-1);
      else return;
      event.preventDefault();
    };
    element.addEventListener('keydown', onKeyDown);
    return () => element.removeEventListener('keydown', onKeyDown);
  }, [table, move]);

  return { reachable: current ?? ids[0], setReached };
}
