/** Pages that have no entry of their own in the navigation, with the entry that they are below. */
const BELOW: Readonly<Record<string, string>> = { '/backups': '/plans', '/repositories': '/plans' };

/** The entry of the navigation that a page belongs to, by where it leads. */
export function navigationEntry(pathname: string): string {
  const section = `/${pathname.split('/')[1] ?? ''}`;
  return BELOW[section] ?? section;
}
