import { type KeyboardEvent, type MouseEvent, memo } from 'react';
import type { Column } from './column.ts';

export interface DataRowProps<T> {
  row: T;
  id: string;
  columns: readonly Column<T>[];
  selected: boolean | null;
  selectLabel: string;
  opened: boolean;
  /** The one row that Tab reaches; keys move on from there. */
  reachable: boolean;
  testId: string | undefined;
  onToggle: (id: string, range: boolean) => void;
  onOpen: ((id: string) => void) | undefined;
  onReach: (id: string) => void;
}

function DataRowInner<T>(props: DataRowProps<T>) {
  const { row, id, columns, selected, onOpen } = props;
  const open = (event: MouseEvent<HTMLTableRowElement>) => {
    // Buttons and links in a row act for themselves, and a person who marks a text wants to copy it.
    if ((event.target as HTMLElement).closest('a,button,input,label,[role="dialog"]')) return;
    if (getSelection()?.toString()) return;
    onOpen?.(id);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTableRowElement>) => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter' && onOpen) onOpen(id);
    else if ((event.key === 'x' || event.key === ' ') && selected !== null) props.onToggle(id, false);
    else return;
    event.preventDefault();
  };
  return (
    <tr
      className={`${opened(props.opened)}${selected ? ' row-selected' : ''}${onOpen ? ' row-clickable' : ''}`}
      data-row-id={id}
      data-testid={props.testId}
      tabIndex={props.reachable ? 0 : -1}
      aria-selected={selected ?? undefined}
      onClick={open}
      onKeyDown={onKeyDown}
      onFocus={() => props.onReach(id)}
    >
      {selected !== null && (
        <td className="cell-select">
          <label>
            <input
              type="checkbox"
              checked={selected}
              aria-label={props.selectLabel}
              onChange={(event) =>
                props.onToggle(id, (event.nativeEvent as unknown as { shiftKey?: boolean }).shiftKey === true)
              }
              tabIndex={props.reachable ? 0 : -1}
            />
          </label>
        </td>
      )}
      {columns.map((column) => (
        <td
          key={column.key}
          className={`cell-${column.narrow ?? 'line'}${column.align ? ' cell-end' : ''}`}
          data-label={column.title}
        >
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

function opened(yes: boolean): string {
  return yes ? 'row row-opened' : 'row';
}

/** A row draws again only when its own data change: a page has 200 of them, and events arrive all the time. */
export const DataRow = memo(DataRowInner) as typeof DataRowInner;
