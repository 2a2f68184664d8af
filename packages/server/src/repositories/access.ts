import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Gateway, RepositoryAccess } from '@sampan/backup';
import { toSampanError } from '@sampan/driver';
import type { OperationContext } from '../operations/kinds.ts';
import type { Database } from '../platform/database/open.ts';
import type { Log } from '../platform/log.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import type { StorageConnections } from '../storages/connections.ts';
import type { ResticFinder } from './restic.ts';
import { openPasswords, readRepository } from './store.ts';
import type { RepositoryRow } from './tables.ts';

const FOLLOW_EVERY_MS = 3_000;

/** Speeds of one plan, on top of those of the storage. Bytes per second. */
export interface Speeds {
  upload: number | null;
  download: number | null;
}

interface Live {
  gateway: Gateway;
  storageId: string;
  /** What it was last told: grows with each edit, and its part of the limits. */
  revision: number;
  limits: string;
  folder: string;
  speeds: Speeds;
  /** Its part of the limits is free again. */
  ends: () => void;
}

function lower(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** restic itself goes on for a quarter of an hour before it gives up: nobody should look at a run that stands still. */
function tellTrouble(context: Pick<OperationContext, 'stepMessage'>): NonNullable<RepositoryAccess['onTrouble']> {
  return (failure) => {
    const message = failure === null ? '' : `the storage fails and is tried again: ${failure.message}`;
    context.stepMessage(message).catch(() => undefined);
  };
}

/** Repositories as the engine reaches them: restic, the opened storage, the password. Edits of a storage reach running work. */
export class RepositoryAccesses {
  readonly cacheFolder: string;
  readonly #database: Database;
  readonly #sealer: Sealer;
  readonly #storages: StorageConnections;
  readonly #restic: ResticFinder;
  readonly #log: Log;
  readonly #live = new Set<Live>();
  readonly #timer: NodeJS.Timeout;

  constructor(parts: {
    database: Database;
    sealer: Sealer;
    storageConnections: StorageConnections;
    restic: ResticFinder;
    dataFolder: string;
    log: Log;
  }) {
    this.#database = parts.database;
    this.#sealer = parts.sealer;
    this.#storages = parts.storageConnections;
    this.#restic = parts.restic;
    this.#log = parts.log;
    this.cacheFolder = path.join(parts.dataFolder, 'restic-cache');
    this.#timer = setInterval(() => void this.#follow(), FOLLOW_EVERY_MS);
    this.#timer.unref();
  }

  /**
   * @param wish.password instead of the saved one
   * @param wish.during whose step tells when the storage fails and is tried again
   * @throws SampanError `not_found`, `storage_on_other_node`, `restic_missing`
   */
  async open(
    repositoryId: string,
    wish: { password?: string; speeds?: Speeds; during?: Pick<OperationContext, 'stepMessage'> } = {},
  ): Promise<{ row: RepositoryRow; access: RepositoryAccess }> {
    const row = await readRepository(this.#database.query, repositoryId);
    const password = wish.password ?? (await openPasswords(this.#database.query, this.#sealer, repositoryId)).current;
    const access = await this.at(row, password, wish.speeds);
    return { row, access: { ...access, onTrouble: wish.during && tellTrouble(wish.during) } };
  }

  /** The same of a place that need not be a repository of Sampan yet. @throws SampanError as `open` */
  async at(
    place: Pick<RepositoryRow, 'storage_id' | 'folder' | 'append_only'>,
    password: string,
    speeds: Speeds = { upload: null, download: null },
  ): Promise<RepositoryAccess> {
    const { storage_id: storageId, folder } = place;
    const restic = await this.#restic.get();
    const { storage, revision } = await this.#storage(storageId, folder, speeds, true);
    mkdirSync(this.cacheFolder, { recursive: true, mode: 0o700 });
    return {
      ...{ restic, storage, password, cacheFolder: this.cacheFolder, appendOnly: place.append_only === 1 },
      onRequests: (requests) => this.#storages.observe(storageId, storage.type, requests),
      onGateway: (gateway) => {
        const limits = JSON.stringify(storage.limits);
        const ends = this.#storages.gatewayBegins(storageId);
        this.#live.add({ gateway, storageId, revision, limits, folder, speeds, ends });
      },
    };
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #storage(storageId: string, folder: string, speeds: Speeds, joining: boolean) {
    const opened = await this.#storages.forGateway(storageId, joining);
    const { limits } = opened.storage;
    return {
      revision: opened.revision,
      storage: {
        ...opened.storage,
        prefix: folder,
        limits: {
          ...limits,
          uploadBytesPerSecond: lower(limits.uploadBytesPerSecond, speeds.upload),
          downloadBytesPerSecond: lower(limits.downloadBytesPerSecond, speeds.download),
        },
      },
    };
  }

  async #follow(): Promise<void> {
    for (const live of this.#live) {
      if (!isAlive(live.gateway.pid)) {
        this.#live.delete(live);
        live.ends();
        continue;
      }
      try {
        const { storage, revision } = await this.#storage(live.storageId, live.folder, live.speeds, false);
        const limits = JSON.stringify(storage.limits);
        if (revision === live.revision && limits === live.limits) continue;
        Object.assign(live, { revision, limits });
        live.gateway.update(storage);
      } catch (error) {
        this.#log.warn({ code: toSampanError(error).code }, 'a gateway could not follow its storage');
      }
    }
  }
}
