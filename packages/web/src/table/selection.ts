/** The selection after a row's box was clicked; with `from`, everything between the two rows follows the clicked one. */
export function toggleSelection(
  selected: ReadonlySet<string>,
  ids: readonly string[],
  clicked: string,
  from?: string,
): ReadonlySet<string> {
  const next = new Set(selected);
  const select = !selected.has(clicked);
  const a = ids.indexOf(clicked);
  const b = from === undefined ? -1 : ids.indexOf(from);
  const range = b === -1 ? [clicked] : ids.slice(Math.min(a, b), Math.max(a, b) + 1);
  for (const id of range) {
    if (select) next.add(id);
    else next.delete(id);
  }
  return next;
}

/** All of the page, or none when all are selected already. */
export function toggleAll(selected: ReadonlySet<string>, ids: readonly string[]): ReadonlySet<string> {
  return ids.every((id) => selected.has(id)) ? new Set() : new Set(ids);
}
