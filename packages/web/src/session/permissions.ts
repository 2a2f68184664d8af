/**
 * Whether one of the granted permissions covers the wanted one. `instance:*`, `*:read` and `*` cover what they say.
 *
 * The server decides; this only keeps the console from offering what would be refused.
 */
export function covers(granted: readonly string[], wanted: string): boolean {
  const [kind, act] = wanted.split(':');
  return granted.some((permission) => {
    if (permission === '*') return true;
    const [grantedKind, grantedAct] = permission.split(':');
    return (grantedKind === '*' || grantedKind === kind) && (grantedAct === '*' || grantedAct === act);
  });
}
