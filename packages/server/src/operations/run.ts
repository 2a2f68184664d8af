import { SampanError, toSampanError } from '@sampan/driver';
import type { Changes } from '../platform/changes.ts';
import { fromJson, fromJsonOrNull, type Json } from '../platform/json.ts';
import { sleep } from '../platform/time.ts';
import { tellTarget } from './events.ts';
import { FailedWithResult, type OperationContext, type OperationKind, type Progress, type Step } from './kinds.ts';
import { type Lease, RunEnd } from './lease.ts';
import { appendLog, type RunnerWrite, releaseLocks, writeLeased } from './store.ts';
import type { OperationRow, OperationState } from './tables.ts';

const PROGRESS_EVERY_MS = 500;
/** Between tries to write an end. */
const PAUSES_MS = [200, 1_000, 3_000];
const INTERRUPTIONS: ReadonlySet<string> = new Set(['interrupted', 'interrupted_unknown_result']);

/** What is stored of an error: everything but the stack and the cause, which may hold anything. */
export function storedError(error: SampanError): string {
  const { code, message, hint, retryable, parameters } = error;
  return JSON.stringify({ code, message, hint: hint ?? null, retryable, parameters });
}

/** One run of one operation under one lease: keeps its row, steps and log, and ends it honestly. */
export class Run {
  readonly lease: Lease;
  readonly #changes: Changes;
  readonly #kind: OperationKind;
  readonly #row: OperationRow;
  readonly #abort = new AbortController();
  readonly #steps: Step[];
  #current: Step | undefined;
  #lastProgressAt = 0;
  /** What was told last, if it was not worth a write of its own. */
  #untold: Progress | null = null;
  #writes: Promise<unknown> = Promise.resolve();

  constructor(changes: Changes, kind: OperationKind, row: OperationRow, owner: string) {
    this.#changes = changes;
    this.#kind = kind;
    this.#row = row;
    this.lease = { operationId: row.id, owner, epoch: row.lease_epoch };
    // What an earlier run was at when it broke off is not going on any more.
    this.#steps = fromJson<Step[]>(row.steps).map((step) =>
      step.state === 'running' ? { ...step, state: 'pending' } : step,
    );
  }

  end(why: RunEnd['why']): void {
    this.#abort.abort(new RunEnd(why));
  }

  /** Runs to an end. Throws when the end could not be written: it is then for whoever takes the lease when it has expired. */
  async execute(): Promise<void> {
    let end: () => Promise<void>;
    try {
      if (this.#row.attempts > 1) await this.#log('warning', `Resumed by another run (number ${this.#row.attempts}).`);
      const result = JSON.stringify(await this.#kind.run(this.#context()));
      end = () => this.#finish('succeeded', { result });
    } catch (error) {
      end = () => this.#fail(error);
    }
    await this.#insist(end);
  }

  /** That the database was away for a moment makes no failure of work that was done. */
  async #insist(write: () => Promise<void>): Promise<void> {
    for (const pauseMs of [...PAUSES_MS, null]) {
      try {
        return await write();
      } catch (failure) {
        // What cannot be written any more belongs to another runner.
        if (failure instanceof RunEnd) return;
        if (pauseMs === null) throw failure;
        await sleep(pauseMs);
      }
    }
  }

  async #fail(thrown: unknown): Promise<void> {
    const end = thrown instanceof RunEnd ? thrown : this.#abort.signal.reason;
    if (end instanceof RunEnd) {
      if (end.why === 'lease_lost') return;
      if (end.why === 'server_stops') return this.#handBack();
      await this.#markCurrent('skipped', 'cancelled');
      return this.#finish('cancelled', {});
    }
    const error = toSampanError(thrown);
    if (error.code === 'internal_error') await this.#log('error', `Internal error: ${String(error.cause)}`);
    await this.#log('error', error.message);
    await this.#markCurrent('failed', error.message);
    const state = INTERRUPTIONS.has(error.code) ? 'interrupted' : 'failed';
    const kept = error instanceof FailedWithResult && { result: JSON.stringify(error.result) };
    await this.#finish(state, { error: storedError(error), ...kept });
  }

  /** The server stops: another runner, or the next start, goes on from the checkpoint at once. */
  async #handBack(): Promise<void> {
    await this.#log('info', 'The server stops; the operation goes on when a server runs.');
    await this.#write({ lease_expires_at: 0 });
  }

  /** One after the other: on several connections an older state could be written over a newer one. */
  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#writes.then(work, work);
    this.#writes = next.catch(() => undefined);
    return next;
  }

  #write(write: RunnerWrite): Promise<OperationRow> {
    return this.#inOrder(() =>
      this.#changes.run(async (change) => {
        const row = await writeLeased(change.db, this.lease, write, change.now);
        if (row.background === 0) change.event({ kind: 'operation', id: row.id, action: 'changed' });
        return row;
      }),
    );
  }

  #finish(state: Exclude<OperationState, 'queued' | 'running'>, write: RunnerWrite): Promise<void> {
    return this.#inOrder(() => this.#end(state, write));
  }

  #end(state: Exclude<OperationState, 'queued' | 'running'>, write: RunnerWrite): Promise<void> {
    return this.#changes.run(async (change) => {
      const progress = this.#untold && { progress: this.#stored(this.#untold) };
      const ending = { ...write, ...progress, state, finished_at: change.now, steps: JSON.stringify(this.#steps) };
      const row = await writeLeased(change.db, this.lease, ending, change.now);
      await releaseLocks(change.db, row.id);
      await this.#kind.ended?.(change, row);
      if (row.background === 1) return;
      change.event({ kind: 'operation', id: row.id, action: 'changed' });
      tellTarget(change, row);
      change.audit({
        actor: { kind: 'system', id: null, name: 'Sampan' },
        action: `${row.kind}.finished`,
        resource: { kind: row.target_kind, id: row.target_id, name: row.target_name },
        result: state === 'succeeded' ? 'succeeded' : 'failed',
        ...(state !== 'succeeded' && { code: fromJsonOrNull<{ code: string }>(row.error)?.code ?? state }),
        difference: { operation: row.id },
      });
    });
  }

  async #log(level: 'info' | 'warning' | 'error', message: string): Promise<void> {
    await this.#changes.run(async (change) => {
      await writeLeased(change.db, this.lease, {}, change.now);
      await appendLog(change.db, this.lease.operationId, { time: change.now, level, message });
      if (this.#row.background === 0)
        change.event({ kind: 'operation', id: this.lease.operationId, action: 'changed' });
    });
  }

  async #markCurrent(state: Step['state'], message?: string): Promise<void> {
    const step = this.#current;
    if (!step) return;
    step.state = state;
    step.finishedAt = Date.now();
    if (message !== undefined) step.message = message;
    this.#current = undefined;
    await this.#write({ steps: JSON.stringify(this.#steps) });
  }

  async #step<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#abort.signal.throwIfAborted();
    const step = this.#steps.find((candidate) => candidate.name === name);
    if (!step) throw new SampanError('internal_error', `${this.#kind.kind} has no step ${name}`);
    Object.assign(step, { state: 'running', startedAt: Date.now(), finishedAt: null, message: '' });
    this.#current = step;
    await this.#write({ steps: JSON.stringify(this.#steps) });
    const result = await work();
    await this.#markCurrent('succeeded');
    return result;
  }

  async #progress(progress: Progress): Promise<void> {
    const now = Date.now();
    const isLast = progress.total !== null && progress.done >= progress.total;
    if (!isLast && now - this.#lastProgressAt < PROGRESS_EVERY_MS) {
      this.#untold = progress;
      return;
    }
    this.#lastProgressAt = now;
    this.#untold = null;
    await this.#write({ progress: this.#stored(progress) });
  }

  #stored(progress: Progress): string {
    return JSON.stringify({ ...progress, startedAt: this.#row.started_at, at: Date.now() });
  }

  #context(): OperationContext {
    return {
      operationId: this.#row.id,
      input: fromJson<Json>(this.#row.input),
      checkpoint: fromJsonOrNull<Json>(this.#row.checkpoint),
      attempt: this.#row.attempts,
      signal: this.#abort.signal,
      step: (name, work) => this.#step(name, work),
      stepMessage: async (message) => {
        if (!this.#current || this.#current.message === message) return;
        this.#current.message = message;
        await this.#write({ steps: JSON.stringify(this.#steps) });
      },
      save: async (checkpoint) => {
        await this.#write({ checkpoint: JSON.stringify(checkpoint) });
      },
      progress: (progress) => this.#progress(progress),
      log: (level, message) => this.#log(level, message),
    };
  }
}
