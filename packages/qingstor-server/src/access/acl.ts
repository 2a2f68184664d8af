import { QingStorServerError } from '../errors.ts';
import { isRecord } from '../http/json.ts';

export type Permission = 'READ' | 'WRITE' | 'FULL_CONTROL';
const PERMISSIONS: readonly string[] = ['READ', 'WRITE', 'FULL_CONTROL'];
export const ALL_USERS = 'QS_ALL_USERS';

export interface Grant {
  grantee: { type: 'user'; id: string; name?: string } | { type: 'group'; name: typeof ALL_USERS };
  permission: Permission;
}

const bad = (why: string) => new QingStorServerError('invalid_argument', why);

/** The grants of a request. Throws `invalid_argument`. */
export function readGrants(value: unknown): Grant[] {
  if (!Array.isArray(value) || value.length > 100) throw bad('acl must be a list of at most 100 grants.');
  return value.map((entry: unknown) => {
    const grantee = isRecord(entry) ? entry.grantee : undefined;
    const permission = isRecord(entry) ? entry.permission : undefined;
    if (!isRecord(grantee) || typeof permission !== 'string' || !PERMISSIONS.includes(permission)) {
      throw bad('A grant has a grantee and a permission: READ, WRITE or FULL_CONTROL.');
    }
    if (grantee.type === 'group') {
      if (grantee.name !== ALL_USERS) throw bad(`The only group is ${ALL_USERS}.`);
      return { grantee: { type: 'group', name: ALL_USERS }, permission: permission as Permission };
    }
    if (grantee.type !== 'user' || typeof grantee.id !== 'string' || grantee.id === '') {
      throw bad('A grantee is a user with an id, or a group.');
    }
    const name = typeof grantee.name === 'string' ? { name: grantee.name } : {};
    return { grantee: { type: 'user', id: grantee.id, ...name }, permission: permission as Permission };
  });
}

const READ_OBJECT = ['get_object', 'head_object'];
const WRITE_OBJECT = [
  'create_object',
  'initiate_multipart_upload',
  'upload_object_part',
  'complete_multipart_upload',
  'abort_multipart_upload',
  'list_object_parts',
];

const FOR_EVERYONE: Readonly<Record<Permission, readonly string[]>> = {
  READ: READ_OBJECT,
  WRITE: WRITE_OBJECT,
  FULL_CONTROL: [...READ_OBJECT, ...WRITE_OBJECT],
};

const FOR_A_USER: Readonly<Record<Permission, readonly string[]>> = {
  READ: [...READ_OBJECT, 'list_objects', 'head_bucket'],
  WRITE: [...WRITE_OBJECT, 'delete_object', 'list_multipart_uploads'],
  FULL_CONTROL: [
    ...READ_OBJECT,
    ...WRITE_OBJECT,
    'list_objects',
    'head_bucket',
    'delete_object',
    'list_multipart_uploads',
  ],
};

/**
 * What the grants of a bucket allow to somebody who is not its owner. A group never gets to list, delete or see the
 * settings, as the vendor has it; settings are for the owner alone.
 */
export function aclAllows(grants: readonly Grant[], userId: string | null, action: string): boolean {
  return grants.some(({ grantee, permission }) =>
    grantee.type === 'group'
      ? FOR_EVERYONE[permission].includes(action)
      : grantee.id === userId && FOR_A_USER[permission].includes(action),
  );
}
