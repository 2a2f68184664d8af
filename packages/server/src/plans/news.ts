import type { Change } from '../platform/changes.ts';
import type { PlanRow } from './tables.ts';

/** What becomes known of plans and is worth telling people. Within the change that makes it so. */
export interface PlanNews {
  runEnded(
    change: Change,
    plan: PlanRow,
    run: {
      id: string;
      state: 'succeeded' | 'partial' | 'failed' | 'interrupted';
      unreadCount: number;
      error: { code: string; message: string; hint: string | null } | null;
    },
  ): Promise<void>;
  overdue(change: Change, plan: PlanRow): Promise<void>;
  /** It has a young backup again after it was said to be overdue. */
  recovered(change: Change, plan: PlanRow): Promise<void>;
  drillEnded(
    change: Change,
    plan: PlanRow,
    drill: { id: string; isProven: boolean; what: string; affected: number; backupTime: number },
  ): Promise<void>;
  mirrorCaughtUp(change: Change, plan: PlanRow, repositoryId: string): Promise<void>;
  mirrorFailed(
    change: Change,
    plan: PlanRow,
    mirror: { repositoryId: string; behind: number; copiedAt: number | null },
  ): Promise<void>;
}
