import { useQuery } from '@tanstack/react-query';
import type { CurrentSession } from '../api/resources.ts';
import { covers } from './permissions.ts';
import { sessionQuery } from './session-api.ts';

/** Who is signed in. Only below the shell, which is not shown to anybody else. */
export function useSession(): CurrentSession {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error('a page that needs a session was shown without one');
  return data;
}

/** Whether the person may do what the permission says. */
export function usePermission(): (permission: string) => boolean {
  const { permissions } = useSession();
  return (permission) => covers(permissions, permission);
}
