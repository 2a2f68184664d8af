import type { Log } from '../platform/log.ts';
import type { RepositoryService } from '../repositories/service.ts';
import type { PlanWork } from './work.ts';

const LOOK_EVERY_MS = 2_000;

/** While the server is not held, looks for plans that are due to run, to be drilled or overdue, and for repositories that are due to be looked after. */
export function startPlanSchedule(
  parts: { work: PlanWork; repositories: RepositoryService; now: () => number; isHeld: () => boolean },
  log: Log,
): { stop: () => Promise<void> } {
  let busy: Promise<void> | undefined;
  async function look(): Promise<void> {
    if (parts.isHeld()) return;
    const now = parts.now();
    await parts.work.queueDue(now);
    await parts.repositories.queueDue(now);
  }
  const timer = setInterval(() => {
    busy ??= look()
      .catch((error) => log.error({ err: error }, 'plans could not be scheduled'))
      .finally(() => {
        busy = undefined;
      });
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await busy;
    },
  };
}
