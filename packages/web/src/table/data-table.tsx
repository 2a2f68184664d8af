import { type ReactNode, useCallback, useLayoutEffect, useRef } from 'react';
import { useTexts } from '../i18n/use-texts.tsx';
import { type Column, nextSort } from './column.ts';
import { DataRow } from './data-row.tsx';
import { toggleAll, toggleSelection } from './selection.ts';
import { useRowKeys } from './use-row-keys.ts';

export interface DataTableProps<T> {
  label: string;
  /** Keep the same array between draws, so that rows need not be drawn again. */
  columns: readonly Column<T>[];
  rows: readonly T[] | undefined;
  rowId: (row: T) => string;
  rowName: (row: T) => string;
  rowTestId?: (row: T) => string;
  /** What to show instead of rows when there are none. */
  empty: ReactNode;
  /** How many rows to leave room for until they are there. */
  expectedRows?: number;
  /** Other rows are being loaded; those shown are of the search before. */
  outdated?: boolean;
  sort?: string | undefined;
  onSort?: (sort: string) => void;
  selected?: ReadonlySet<string>;
  onSelect?: (selected: ReadonlySet<string>) => void;
  opened?: string | undefined;
  onOpen?: (id: string) => void;
  /** Drawn under a row that is opened in place. */
  expansion?: (row: T) => ReactNode;
}

/** A table of resources: sorting, selection, keys; on a narrow screen each row becomes a card. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { columns, rows, rowId, onSelect, selected, onOpen, opened } = props;
  const { t } = useTexts();
  const table = useRef<HTMLDivElement>(null);
  const ids = rows?.map(rowId) ?? [];
  const { reachable, setReached } = useRowKeys(table, ids, opened);

  // Rows get functions that never change; what these need is read from here at the time of the click.
  const latest = useRef({ ids, selected, onSelect, onOpen, clicked: undefined as string | undefined });
  useLayoutEffect(() => {
    latest.current = { ids, selected, onSelect, onOpen, clicked: latest.current.clicked };
  });
  const toggle = useCallback((id: string, range: boolean) => {
    const now = latest.current;
    now.onSelect?.(toggleSelection(now.selected ?? new Set(), now.ids, id, range ? now.clicked : undefined));
    now.clicked = id;
  }, []);
  const open = useCallback((id: string) => latest.current.onOpen?.(id), []);

  const columnCount = columns.length + (onSelect ? 1 : 0);
  return (
    <div className="table-scroll" ref={table} aria-busy={props.outdated || rows === undefined}>
      <table className={props.outdated ? 'data-table data-table-outdated' : 'data-table'} aria-label={props.label}>
        <colgroup>
          {onSelect && <col style={{ width: '36px' }} />}
          {columns.map((column) => (
            <col
              key={column.key}
              className={column.narrow === 'hidden' ? 'col-hidden' : undefined}
              style={column.width ? { width: column.width } : undefined}
            />
          ))}
        </colgroup>
        <thead>
          <tr>
            {onSelect && (
              <th className="cell-select">
                <label>
                  <input
                    type="checkbox"
                    aria-label={t('common.selectAll')}
                    checked={ids.length > 0 && ids.every((id) => selected?.has(id))}
                    onChange={() => onSelect(toggleAll(selected ?? new Set(), ids))}
                  />
                </label>
              </th>
            )}
            {columns.map((column) => (
              <HeadCell key={column.key} column={column} sort={props.sort} onSort={props.onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows === undefined && <Placeholders rows={props.expectedRows ?? 8} columns={columnCount} />}
          {rows?.map((row, at) => {
            const id = ids[at] ?? '';
            const isOpened = id === opened;
            return [
              <DataRow
                key={id}
                row={row}
                id={id}
                columns={columns}
                selected={onSelect ? (selected?.has(id) ?? false) : null}
                selectLabel={onSelect ? t('common.selectRow', { name: props.rowName(row) }) : ''}
                opened={isOpened}
                reachable={id === reachable}
                testId={props.rowTestId?.(row)}
                onToggle={toggle}
                onOpen={onOpen ? open : undefined}
                onReach={setReached}
              />,
              isOpened && props.expansion && (
                <tr key={`${id} expansion`} className="row-expansion">
                  <td colSpan={columnCount}>{props.expansion(row)}</td>
                </tr>
              ),
            ];
          })}
        </tbody>
      </table>
      {rows?.length === 0 && props.empty}
    </div>
  );
}

interface HeadCellProps<T> {
  column: Column<T>;
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
}

function HeadCell<T>({ column, sort, onSort }: HeadCellProps<T>) {
  const { t } = useTexts();
  const sortable = column.sort;
  const className = `${column.narrow === 'hidden' ? 'cell-hidden' : ''}${column.align ? ' cell-end' : ''}`;
  if (!sortable || !onSort) return <th className={className}>{column.title}</th>;
  const direction = sort === sortable.ascending ? 'ascending' : sort === sortable.descending ? 'descending' : undefined;
  return (
    <th className={className} aria-sort={direction ?? 'none'}>
      <button type="button" className="sort-button" onClick={() => onSort(nextSort(sort, sortable))}>
        {column.title}
        <span aria-hidden="true" className="sort-mark">
          {direction === 'ascending' ? '↑' : direction === 'descending' ? '↓' : ''}
        </span>
        {direction && (
          <span className="visually-hidden">
            {direction === 'ascending' ? t('common.sortAscending') : t('common.sortDescending')}
          </span>
        )}
      </button>
    </th>
  );
}

function Placeholders({ rows, columns }: { rows: number; columns: number }) {
  return Array.from({ length: rows }, (_, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
    <tr key={row} className="row">
      {Array.from({ length: columns }, (_, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <td key={column}>
          <span className="skeleton" style={{ width: `${35 + ((row * 7 + column * 13) % 5) * 10}%` }} />
        </td>
      ))}
    </tr>
  ));
}
