import { useQuery } from '@tanstack/react-query';
import { usePermission } from '../session/use-session.tsx';
import { hostsQuery } from './host-api.ts';

/** Whether a host is a simulated one; false while that is not known, and for a host that is gone. */
export function useIsSimulatedHost(hostId: string | null): boolean {
  const enabled = usePermission()('host:read') && hostId !== null;
  const { data } = useQuery({ ...hostsQuery, enabled });
  return data?.items.find((host) => host.id === hostId)?.simulated ?? false;
}
