import { ApiError } from './errors.ts';
import type { SimulatedKey } from './options.ts';

export const ACCOUNT = '100000000001';

function fits(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

/** The name of a resource in a policy; `*` as id means any of its kind. */
export function resourceName(service: string, regionId: string, kind: string, id: string): string {
  return `qrn:${service}:${regionId}:${ACCOUNT}:${kind}/${id}`;
}

/** Throws Forbidden.NoPermission unless the key may do `permission` (`ecs:StartInstance`) on every one of `resources`. */
export function checkPermission(key: SimulatedKey, permission: string, resources: readonly string[]): void {
  if (!key.policy) return;
  for (const resource of resources) {
    const allowed = key.policy.some(
      (statement) =>
        statement.actions.some((pattern) => fits(pattern, permission)) &&
        (statement.resources ?? ['*']).some((pattern) => fits(pattern, resource)),
    );
    if (!allowed) {
      throw new ApiError(
        'Forbidden.NoPermission',
        `The policy of this key does not allow ${permission} on ${resource}.`,
      );
    }
  }
}
