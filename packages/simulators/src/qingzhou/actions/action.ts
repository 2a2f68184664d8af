import type { RpcParameters } from '@sampan/accesskey';
import type { SimulatorState } from '../state.ts';

export interface ActionContext {
  state: SimulatorState;
  regionId: string;
  /** True time, not the skewed one; milliseconds since 1970 UTC. */
  now: number;
  /** When a change that starts now is done; null for never. */
  dueAt: (instanceId: string) => number | null;
}

/** A call that has passed the check of its parameters. */
export interface PreparedCall {
  /** What the key needs the permission on. */
  resources: readonly string[];
  /** Existence, state, effect. Throws `ApiError`. */
  run: (context: ActionContext) => Record<string, unknown>;
}

export interface Action {
  /** E.g. `ecs:StartInstance`. */
  permission: string;
  /** Whether the region that the call names must exist. */
  needsRegion: boolean;
  /** Checks the parameters; throws `ApiError`. */
  prepare: (parameters: RpcParameters, regionId: string) => PreparedCall;
}
