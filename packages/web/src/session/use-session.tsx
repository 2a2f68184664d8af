import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { CurrentSession } from '../api/resources.ts';
import { covers } from './permissions.ts';
import { sessionQuery } from './session-api.ts';

interface SessionValue {
  session: CurrentSession;
  may: (permission: string) => boolean;
}

const SessionContext = createContext<SessionValue | null>(null);

/** Looks the session up once for everything below; nothing is shown while nobody is signed in. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const { data } = useQuery(sessionQuery);
  const value = useMemo(
    () => data && { session: data, may: (permission: string) => covers(data.permissions, permission) },
    [data],
  );
  return value && <SessionContext value={value}>{children}</SessionContext>;
}

/** Who is signed in. */
export function useSession(): CurrentSession {
  return useSessionValue().session;
}

/** Whether the person may do what the permission says. */
export function usePermission(): (permission: string) => boolean {
  return useSessionValue().may;
}

function useSessionValue(): SessionValue {
  const value = useContext(SessionContext);
  if (!value) throw new Error('the session was asked for outside of SessionProvider');
  return value;
}
