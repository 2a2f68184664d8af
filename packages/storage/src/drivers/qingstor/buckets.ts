import type { QingStorClient } from '@sampan/qingstor-sdk';
import type { Buckets } from '../../contract.ts';
import { translating } from './errors.ts';
import { leastPrivilegePolicy } from './policy.ts';

/** @param clientOf the client of a zone; of the options' own without one */
export function qingstorBuckets(clientOf: (zone?: string) => QingStorClient): Buckets {
  return {
    list: ({ signal } = {}) =>
      translating(async () => {
        const found = await clientOf().listBuckets({ signal });
        return found.map(({ name, zone, created }) => ({ name, zone, createdAt: created ?? null }));
      }),
    create: ({ name, zone, access = 'private' }, { signal } = {}) =>
      translating(async () => {
        const bucket = clientOf(zone).bucket(name);
        await bucket.create({ signal });
        if (access === 'private') return;
        const grants = [{ grantee: { type: 'group', name: 'QS_ALL_USERS' }, permission: 'READ' }] as const;
        const { owner } = await bucket.settings.acl.get({ signal });
        await bucket.settings.acl.put(
          [{ grantee: { type: 'user', id: owner.id, name: owner.name }, permission: 'FULL_CONTROL' }, ...grants],
          { signal },
        );
      }),
    delete: (name, { zone, signal } = {}) => translating(() => clientOf(zone).bucket(name).delete({ signal })),
    policy: leastPrivilegePolicy,
  };
}
