import { SampanError } from '@sampan/driver';
import type { ChangeOutcome, ChangeRequest, InstanceState, RemoteInstance } from '../../contract.ts';

const CHANGE_LIFETIME_MS = 14 * 60_000;
const GIB = 1024 ** 3;

export interface MemoryCloudOptions {
  /** 25 when absent. */
  instances?: number;
  /** How long a change takes, milliseconds; 20 when absent. */
  transitionMs?: number;
  now?: () => number;
}

export type PowerChange = 'start' | 'stop' | 'restart';

interface Kept {
  instance: RemoteInstance;
  next: InstanceState | null;
  dueAt: number;
}

/** A cloud that is only in this process: what a driver of the contract must do, without any vendor. */
export interface MemoryCloud {
  readonly now: () => number;
  instances(): RemoteInstance[];
  instance(remoteId: string): RemoteInstance | null;
  change(kind: PowerChange, remoteId: string, change: ChangeRequest, force: boolean): ChangeOutcome;
  /** How often changes of an instance were really begun. */
  performed(remoteId: string): number;
  setState(remoteId: string, state: InstanceState, remoteState: string): void;
  remove(remoteId: string): void;
}

const RULES: Readonly<
  Record<PowerChange, { from: InstanceState[]; forced: InstanceState[]; through: InstanceState; to: InstanceState }>
> = {
  start: { from: ['stopped'], forced: [], through: 'starting', to: 'running' },
  stop: { from: ['running'], forced: ['starting', 'restarting'], through: 'stopping', to: 'stopped' },
  restart: { from: ['running'], forced: [], through: 'restarting', to: 'running' },
};

function instanceAt(index: number): RemoteInstance {
  const state = index % 3 === 2 ? 'stopped' : 'running';
  return {
    remoteId: `memory-${String(index).padStart(5, '0')}`,
    name: index % 4 === 1 ? `主机-${index}` : `instance-${index}`,
    description: '',
    state,
    remoteState: state,
    regionId: 'memory-1',
    zoneId: 'memory-1a',
    networkId: 'network-1',
    imageId: 'image-1',
    flavorId: 'flavor-1',
    cpuCount: 2,
    memoryBytes: 4 * GIB,
    systemDiskBytes: 40 * GIB,
    nics: [{ networkId: 'network-1', privateAddress: `10.0.${index >> 8}.${index & 255}`, publicAddress: null }],
    tags: { number: String(index) },
    createdAt: Date.UTC(2025, 0, 1),
    expiresAt: null,
    lockReason: null,
  };
}

export function createMemoryCloud(options: MemoryCloudOptions = {}): MemoryCloud {
  const now = options.now ?? Date.now;
  const all = new Map<string, Kept>();
  const received = new Set<string>();
  const performed = new Map<string, number>();
  for (let index = 0; index < (options.instances ?? 25); index += 1) {
    const instance = instanceAt(index);
    all.set(instance.remoteId, { instance, next: null, dueAt: 0 });
  }

  function settle(kept: Kept): RemoteInstance {
    if (kept.next !== null && now() >= kept.dueAt) {
      kept.instance = { ...kept.instance, state: kept.next, remoteState: kept.next };
      kept.next = null;
    }
    return kept.instance;
  }

  return {
    now,
    instances: () => [...all.values()].map(settle),
    instance(remoteId) {
      const kept = all.get(remoteId);
      return kept ? settle(kept) : null;
    },
    change(kind, remoteId, { requestId, issuedAt }, force) {
      if (now() - issuedAt > CHANGE_LIFETIME_MS) {
        throw new SampanError('request_expired', 'The change was asked for more than 14 minutes ago.', {
          hint: 'Look at the state of the instance and ask for the change anew.',
        });
      }
      if (received.has(requestId)) return 'already_received';
      received.add(requestId);
      const kept = all.get(remoteId);
      if (!kept)
        throw new SampanError('not_found', `There is no instance ${remoteId}.`, { hint: 'It may have been deleted.' });
      const { state } = settle(kept);
      const { from, forced, through, to } = RULES[kind];
      if (!from.includes(state) && !(force && forced.includes(state))) {
        throw new SampanError('wrong_state', `${kind} is not possible while the instance is ${state}.`, {
          hint: 'Wait until the other change has ended, or look at its state.',
        });
      }
      kept.instance = { ...kept.instance, state: through, remoteState: through };
      kept.next = to;
      kept.dueAt = now() + (options.transitionMs ?? 20);
      performed.set(remoteId, (performed.get(remoteId) ?? 0) + 1);
      return 'accepted';
    },
    performed: (remoteId) => performed.get(remoteId) ?? 0,
    setState(remoteId, state, remoteState) {
      const kept = all.get(remoteId);
      if (kept) all.set(remoteId, { instance: { ...kept.instance, state, remoteState }, next: null, dueAt: 0 });
    },
    remove: (remoteId) => void all.delete(remoteId),
  };
}
