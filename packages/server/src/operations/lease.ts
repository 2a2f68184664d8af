import type { OperationState } from './tables.ts';

/** A runner must renew within this time, or another one takes over. By the clock of the database. */
export const LEASE_MS = 10_000;

/** Proof of the right to write an operation: the owner and the epoch it got when it took the operation. */
export interface Lease {
  operationId: string;
  owner: string;
  epoch: number;
}

/** Why a run ends before its work is done. */
export class RunEnd extends Error {
  override readonly name = 'RunEnd';
  readonly why: 'lease_lost' | 'cancelled' | 'server_stops';

  constructor(why: 'lease_lost' | 'cancelled' | 'server_stops') {
    super(`run ended: ${why}`);
    this.why = why;
  }
}

export function isFinished(state: OperationState): boolean {
  return state !== 'queued' && state !== 'running';
}
