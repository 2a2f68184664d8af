import type { RemoteInstance } from '@sampan/compute';
import type { HostConnections } from '../hosts/connections.ts';
import type { InventoryService } from '../inventory/service.ts';

const GATHER_MS = 25;
const AT_ONCE = 100;
/** Between two looks at one host, so that their number does not grow with the number of operations that wait. */
export const LOOK_INTERVAL_MS = 250;

interface Waiting {
  remoteId: string;
  resolve: (instance: RemoteInstance | null) => void;
  reject: (error: unknown) => void;
}

/** Looks instances up for all operations that wait on one host at once: a hundred restarts cost a few requests a second. */
export class InstancePoller {
  readonly #connections: HostConnections;
  readonly #inventory: InventoryService;
  readonly #waiting = new Map<string, Waiting[]>();
  /** When the last look at a host began, in milliseconds of `performance.now()`. */
  readonly #began = new Map<string, number>();
  readonly #stop = new AbortController();

  constructor(parts: { connections: HostConnections; inventory: InventoryService }) {
    this.#connections = parts.connections;
    this.#inventory = parts.inventory;
  }

  /** The instance now, saved to the inventory too; null when the cloud says that there is none. The signal ends the waiting. */
  async look(hostId: string, remoteId: string, signal: AbortSignal): Promise<RemoteInstance | null> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<RemoteInstance | null>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#add(hostId, { remoteId, resolve, reject });
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #add(hostId: string, one: Waiting): void {
    const waiting = this.#waiting.get(hostId);
    if (!waiting) {
      this.#waiting.set(hostId, [one]);
      const sinceLast = performance.now() - (this.#began.get(hostId) ?? Number.NEGATIVE_INFINITY);
      setTimeout(() => this.#flush(hostId), Math.max(GATHER_MS, LOOK_INTERVAL_MS - sinceLast));
      return;
    }
    waiting.push(one);
    if (waiting.length === AT_ONCE) this.#flush(hostId);
  }

  stop(): void {
    this.#stop.abort(new Error('the server stops'));
  }

  #flush(hostId: string): void {
    const waiting = this.#waiting.get(hostId);
    if (!waiting) return;
    this.#waiting.delete(hostId);
    this.#began.set(hostId, performance.now());
    this.#lookUp(hostId, waiting).catch((error) => {
      for (const one of waiting) one.reject(error);
    });
  }

  async #lookUp(hostId: string, waiting: readonly Waiting[]): Promise<void> {
    const { driver } = await this.#connections.driver(hostId);
    const ids = [...new Set(waiting.map((one) => one.remoteId))];
    const found = await driver.getInstances(ids, this.#stop.signal);
    await this.#inventory.saveInstances(hostId, found);
    const byId = new Map(found.map((instance) => [instance.remoteId, instance]));
    for (const one of waiting) one.resolve(byId.get(one.remoteId) ?? null);
  }
}
