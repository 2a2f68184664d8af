import type { Permission } from '../api/resources.ts';

/** What can be chosen as scopes: each permission, everything of a kind, and reading of everything. */
export function scopeChoices(permissions: readonly Permission[]): { value: string; description: string }[] {
  const kinds = new Map<string, number>();
  for (const { name } of permissions) {
    const kind = name.split(':')[0] ?? name;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const wide = [...kinds].filter(([, count]) => count > 1).map(([kind]) => ({ value: `${kind}:*`, description: '' }));
  const single = permissions.map(({ name, description }) => ({ value: name, description }));
  const sorted = [...wide, ...single].sort((a, b) => (a.value < b.value ? -1 : 1));
  return [{ value: '*:read', description: '' }, ...sorted.filter(({ value }) => value !== '*:read')];
}
