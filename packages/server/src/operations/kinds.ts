import { SampanError, type SampanErrorOptions } from '@sampan/driver';
import type { Change } from '../platform/changes.ts';
import type { Json } from '../platform/json.ts';
import type { OperationRow } from './tables.ts';

export type StepState = 'pending' | 'running' | 'succeeded' | 'failed' | 'skipped';

export interface Step {
  name: string;
  state: StepState;
  /** Milliseconds since 1970 UTC. */
  startedAt: number | null;
  finishedAt: number | null;
  message: string;
}

export interface Progress {
  done: number;
  /** Null while it is not known. */
  total: number | null;
  unit: 'bytes' | 'items' | 'steps';
}

/** What a running operation has at hand. Every write goes through the lease: after losing it, each call throws. */
export interface OperationContext<Checkpoint extends Json = Json> {
  readonly operationId: string;
  readonly input: Json;
  /** What an earlier runner saved last; null on the first run. */
  readonly checkpoint: Checkpoint | null;
  /** How often it was taken by a runner; more than 1 means that an earlier run broke off. */
  readonly attempt: number;
  /** Aborts when the lease is lost, a person cancels, or the server stops. Its reason is a `RunEnd`. */
  readonly signal: AbortSignal;
  /** Runs one of the kind's steps: its state and times are saved before and after. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Says what the current step found, e.g. `running for 3 s`. */
  stepMessage(message: string): Promise<void>;
  /** Saves where to resume. Awaited, it is on disk. */
  save(checkpoint: Checkpoint): Promise<void>;
  /** At most twice a second it is written. */
  progress(progress: Progress): Promise<void>;
  log(level: 'info' | 'warning' | 'error', message: string): Promise<void>;
}

/** Ends an operation as failed and still keeps what it found or did until then. */
export class FailedWithResult extends SampanError {
  readonly result: Record<string, Json>;

  constructor(result: Record<string, Json>, code: string, message: string, options: SampanErrorOptions = {}) {
    super(code, message, options);
    this.result = result;
  }
}

/** A kind of operation, as its feature registers it with the engine. */
export interface OperationKind {
  /** Noun and verb, e.g. `instance.start`. */
  kind: string;
  steps: readonly string[];
  /**
   * Does the work, or goes on with it from `context.checkpoint`. Returning means success; the value is kept as `result`.
   * Throws SampanError with code `interrupted_unknown_result` when nobody can tell whether the change took place, and
   * `interrupted` when it gave up cleanly in the middle.
   */
  run(context: OperationContext): Promise<Record<string, Json>>;
  /**
   * Called within the change that ends it, however it ends, also when it never began: what belongs to the operation ends with it,
   * both or neither. Use `change.db` only.
   */
  ended?(change: Change, row: OperationRow): Promise<void>;
}
