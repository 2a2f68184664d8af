import type { ChangeOutcome, ComputeDriver, InstanceState, RemoteInstance } from '@sampan/compute';
import { SampanError, toSampanError } from '@sampan/driver';
import type { HostConnections } from '../hosts/connections.ts';
import type { OperationContext, OperationKind } from '../operations/kinds.ts';
import { sleep } from '../platform/time.ts';
import type { InstancePoller } from './poller.ts';
import { POWER_RULES, type PowerAction } from './rules.ts';

/** How long the cloud may take before Sampan stops waiting. */
const TIMEOUT_MS = 10 * 60_000;
/** After an accepted request the old state may still be seen for so long. */
const SETTLE_MS = 6_000;
/** After an outage the wait goes on; only this many failed looks in a row end it. */
const FAILED_LOOKS = 20;

type Checkpoint = {
  /** When the wish was first saved: every attempt to send it carries this, see `ChangeRequest`. */
  issuedAt: number;
  /** The request is known to have arrived. */
  sent: ChangeOutcome | null;
  sentAt: number | null;
};

export interface PowerInput {
  [key: string]: string | boolean;
  hostId: string;
  remoteId: string;
  force: boolean;
}

interface Parts {
  connections: HostConnections;
  poller: InstancePoller;
}

function send(
  driver: ComputeDriver,
  action: PowerAction,
  input: PowerInput,
  context: OperationContext,
  issuedAt: number,
) {
  const change = { requestId: context.operationId, issuedAt, signal: context.signal };
  switch (action) {
    case 'start':
      return driver.startInstance(input.remoteId, change);
    case 'stop':
      return driver.stopInstance(input.remoteId, { ...change, force: input.force });
    case 'restart':
      return driver.restartInstance(input.remoteId, { ...change, force: input.force });
  }
}

function gone(input: PowerInput): SampanError {
  return new SampanError('not_found', `The cloud has no instance ${input.remoteId} any more.`, {
    hint: 'It was released outside Sampan; the next synchronisation removes it from the list.',
    parameters: { what: 'instance', id: input.remoteId },
  });
}

function unknownResult(action: PowerAction, instance: RemoteInstance | null): SampanError {
  const state = instance?.state ?? 'unknown';
  return new SampanError(
    'interrupted_unknown_result',
    `Sampan was interrupted around the moment it asked for the ${action}, and cannot tell whether the cloud carried it out.`,
    {
      hint: `The instance is now ${state}. Check it, and ask again if it is still needed.`,
      parameters: { action, state },
    },
  );
}

async function look(parts: Parts, input: PowerInput, signal: AbortSignal): Promise<RemoteInstance> {
  const instance = await parts.poller.look(input.hostId, input.remoteId, signal);
  if (!instance) throw gone(input);
  return instance;
}

/**
 * Start, stop and restart: check, request, wait until the cloud itself reports the end.
 *
 * The wish is saved before it is sent, and sent again after a crash with the same request id, which the driver sends at
 * most once where the vendor allows that. For start and stop the state then tells what happened. A restart leaves no trace
 * once it is over: if the cloud says it received the request before and the instance simply runs, the operation ends as
 * interrupted rather than guessing.
 */
export function powerKind(action: PowerAction, parts: Parts): OperationKind {
  const rule = POWER_RULES[action];
  return {
    kind: `instance.${action}`,
    steps: ['check', 'request', 'wait'],
    run: async (context) => {
      const input = context.input as unknown as PowerInput;
      let checkpoint = context.checkpoint as Checkpoint | null;
      const isResumed = checkpoint !== null;
      const before = await context.step('check', async () => {
        // The wish may have been sent by the run before: an outage now must not pass for its failure.
        const instance = isResumed ? await lookPatiently(context, input) : await look(parts, input, context.signal);
        await context.stepMessage(instance.state);
        return instance;
      });
      const isThere = action !== 'restart' && before.state === rule.target;
      const isUnderway = rule.underway.includes(before.state);
      if (isThere && checkpoint?.sent === undefined) return finish(context, before, 'already');
      if (checkpoint === null) {
        checkpoint = { issuedAt: Date.now(), sent: null, sentAt: null };
        await context.save(checkpoint);
      }
      if (checkpoint.sent === null) {
        checkpoint = await request(context, checkpoint, { isResumed, isDone: isThere || (isResumed && isUnderway) });
      }
      const sure = checkpoint;
      const after = await context.step('wait', () => wait(context, sure));
      return finish(context, after, 'done');
    },
  };

  async function request(
    context: OperationContext,
    checkpoint: Checkpoint,
    resumed: { isResumed: boolean; isDone: boolean },
  ): Promise<Checkpoint> {
    const input = context.input as unknown as PowerInput;
    return context.step('request', async () => {
      let sent: ChangeOutcome = 'already_received';
      if (!resumed.isDone) {
        const { driver } = await parts.connections.driver(input.hostId);
        try {
          sent = await send(driver, action, input, context, checkpoint.issuedAt);
        } catch (error) {
          const { code } = toSampanError(error);
          // Refused because the change is already under way or its request too old: only the state can tell.
          const isAmbiguous = resumed.isResumed && (code === 'wrong_state' || code === 'request_expired');
          const isUncertain = code === 'cloud_timeout' || code === 'cloud_unreachable';
          if (!isAmbiguous && !isUncertain) throw error;
          const instance = await look(parts, input, context.signal);
          const isOnItsWay =
            rule.underway.includes(instance.state) || (action !== 'restart' && instance.state === rule.target);
          if (!isOnItsWay) throw isAmbiguous ? unknownResult(action, instance) : error;
        }
      }
      await context.stepMessage(sent);
      const saved = { ...checkpoint, sent, sentAt: Date.now() };
      await context.save(saved);
      return saved;
    });
  }

  async function lookPatiently(context: OperationContext, input: PowerInput): Promise<RemoteInstance> {
    const startedAt = Date.now();
    for (;;) {
      try {
        return await look(parts, input, context.signal);
      } catch (error) {
        const { retryable, message } = toSampanError(error);
        if (!retryable || Date.now() - startedAt > TIMEOUT_MS) throw error;
        await context.stepMessage(message);
      }
      await sleep(2_000, context.signal);
    }
  }

  /** Looks until the target state is there, in ever longer intervals. */
  async function wait(context: OperationContext, checkpoint: Checkpoint): Promise<RemoteInstance> {
    const input = context.input as unknown as PowerInput;
    const startedAt = Date.now();
    let wasUnderway = false;
    let failures = 0;
    for (;;) {
      let instance: RemoteInstance | null = null;
      try {
        instance = await look(parts, input, context.signal);
        failures = 0;
      } catch (error) {
        const { retryable } = toSampanError(error);
        failures += 1;
        if (!retryable || failures >= FAILED_LOOKS) throw error;
        await context.stepMessage(toSampanError(error).message);
      }
      const waitedMs = Date.now() - startedAt;
      if (instance) {
        await context.stepMessage(instance.state);
        wasUnderway ||= rule.underway.includes(instance.state);
        const verdict = judge(instance.state, { wasUnderway, waitedMs, checkpoint });
        if (verdict === 'done') return instance;
        if (verdict === 'unknown') throw unknownResult(action, instance);
        if (verdict === 'failed') throw didNotTake(instance, checkpoint);
      }
      if (waitedMs > TIMEOUT_MS) throw timedOut(instance);
      await sleep(waitedMs < 15_000 ? 1_000 : waitedMs < 60_000 ? 2_000 : 5_000, context.signal);
    }
  }

  function judge(
    state: InstanceState,
    seen: { wasUnderway: boolean; waitedMs: number; checkpoint: Checkpoint },
  ): 'done' | 'failed' | 'unknown' | 'waiting' {
    if (state === 'failed' || state === 'locked') return 'failed';
    if (action !== 'restart' || seen.wasUnderway) {
      if (state === rule.target) return 'done';
      const isBack = rule.from.includes(state) && (seen.wasUnderway || seen.waitedMs > SETTLE_MS);
      return isBack ? 'failed' : 'waiting';
    }
    // A restart that was never seen under way: it was faster than our looks, or it is still to begin.
    if (state !== 'running' || seen.waitedMs < SETTLE_MS) return state === 'stopped' ? 'failed' : 'waiting';
    return seen.checkpoint.sent === 'accepted' ? 'done' : 'unknown';
  }

  function didNotTake(instance: RemoteInstance, checkpoint: Checkpoint): SampanError {
    const heard = checkpoint.sent === 'accepted' ? 'accepted' : 'received';
    return new SampanError(
      'wrong_state',
      `The cloud ${heard} the ${action}, but the instance is ${instance.remoteState}.`,
      {
        hint: 'Look at the instance in the cloud’s own console for the reason.',
        parameters: { state: instance.state },
      },
    );
  }

  function timedOut(instance: RemoteInstance | null): SampanError {
    const state = instance?.state ?? 'unknown';
    return new SampanError(
      'operation_timeout',
      `The instance is still ${state} after ${TIMEOUT_MS / 60_000} minutes.`,
      {
        hint: 'The cloud may still finish it; the list shows its state. Look in the cloud’s own console.',
        parameters: { state, minutes: TIMEOUT_MS / 60_000 },
      },
    );
  }
}

async function finish(context: OperationContext, instance: RemoteInstance, how: 'done' | 'already') {
  const text =
    how === 'already' ? `The instance was ${instance.state} already.` : `The cloud reports: ${instance.remoteState}.`;
  await context.log('info', text);
  return { state: instance.state };
}
