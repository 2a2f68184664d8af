import type { Log } from '../platform/log.ts';
import type { HostService } from './service.ts';

/** How old the inventory may become before it is read again. */
export const SYNC_EVERY_MS = 60_000;
const LOOK_EVERY_MS = 5_000;

/** Looks for hosts whose inventory is due; several servers share the work, since taking a turn is one update of the row. */
export function startSyncSchedule(hosts: HostService, log: Log): { stop: () => void } {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    hosts.syncs
      .queueDue(Date.now(), SYNC_EVERY_MS)
      .catch((error) => log.error({ err: error }, 'synchronisations could not be scheduled'))
      .finally(() => {
        busy = false;
      });
  }, LOOK_EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
