import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { SampanError, toSampanError } from '@sampan/driver';
import type { HostService } from '../hosts/service.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { idTaken, notFound } from '../platform/http/problem.ts';
import { newId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import { placeIn, type SealedColumn, type Sealer } from '../platform/secrets/sealer.ts';
import { DEFAULT_PROJECT } from '../platform/tables.ts';
import { isoTime } from '../platform/time.ts';
import type { Actor } from '../policy/actor.ts';
import { SimulatorProcess } from './process.ts';
import type { SimulatedCloudRow } from './tables.ts';

const REGION = 'cn-north-1';
/** Longer than making one can take. */
const CREATION_MS = 60_000;

export const SIMULATED_CLOUD_SECRETS: SealedColumn = {
  table: 'simulated_clouds',
  column: 'sealed_secret',
  id: 'id',
  field: null,
};

function place(id: string) {
  return placeIn(SIMULATED_CLOUD_SECRETS, id);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

interface Parts {
  database: Database;
  changes: Changes;
  sealer: Sealer;
  hosts: HostService;
  dataFolder: string;
  nodeId: string;
  log: Log;
}

/** Clouds to try Sampan with, without an account: simulators as supervised processes of this server. */
export class SimulatedCloudService {
  readonly #parts: Parts;
  readonly #processes = new Map<string, SimulatorProcess>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Starts the processes of this node's simulated clouds again. What fails is shown as failed, and tried again. */
  async start(): Promise<void> {
    const rows = await this.#parts.database.query
      .selectFrom('simulated_clouds')
      .selectAll()
      .where('node_id', '=', this.#parts.nodeId)
      .execute();
    for (const row of rows)
      void this.#process(row)
        .start()
        .catch(() => undefined);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((process) => process.stop()));
  }

  async list() {
    const rows = await this.#parts.database.query.selectFrom('simulated_clouds').selectAll().orderBy('id').execute();
    return rows.map((row) => this.#present(row));
  }

  async views(ids: readonly string[]) {
    const all = await this.list();
    return new Map(all.filter((cloud) => ids.includes(cloud.id)).map((cloud) => [cloud.id, cloud]));
  }

  async ofHosts(hostIds: readonly string[]): Promise<Map<string, string>> {
    if (hostIds.length === 0) return new Map();
    const rows = await this.#parts.database.query
      .selectFrom('simulated_clouds')
      .select(['id', 'host_id'])
      .where('host_id', 'in', [...hostIds])
      .execute();
    return new Map(rows.flatMap((row) => (row.host_id === null ? [] : [[row.host_id, row.id] as const])));
  }

  /** Starts a simulator and adds its host. When either fails, nothing of it is left. */
  async create(
    wish: { id?: string | undefined; type: 'qingzhou'; instances: number },
    actor: Actor,
    options: { repeated?: boolean } = {},
  ) {
    const { changes, sealer, database } = this.#parts;
    const id = wish.id ?? newId();
    const existing = await database.query
      .selectFrom('simulated_clouds')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (existing && options.repeated) return this.#present(existing);
    if (existing) throw idTaken('simulated cloud', id);
    const secret = randomBytes(20).toString('hex');
    const port = await freePort();
    const row = await changes.run(async (change) => {
      const name = `simulated-qingzhou-${randomBytes(2).toString('hex')}`;
      const inserted: SimulatedCloudRow = {
        id,
        project_id: DEFAULT_PROJECT,
        revision: 1,
        created_at: change.now,
        updated_at: change.now,
        type: wish.type,
        name,
        host_id: null,
        node_id: this.#parts.nodeId,
        port,
        access_key_id: `SIM${randomBytes(8).toString('hex').toUpperCase()}`,
        sealed_secret: sealer.seal(secret, place(id)),
        instances: wish.instances,
      };
      await change.db.insertInto('simulated_clouds').values(inserted).execute();
      change.event({ kind: 'simulated_cloud', id, action: 'created' });
      change.audit({
        actor,
        action: 'simulated_cloud.create',
        resource: { kind: 'simulated_cloud', id, name },
        result: 'succeeded',
        difference: { instances: wish.instances },
      });
      return inserted;
    });
    try {
      const process = this.#process(row);
      await process.start();
      const options = {
        endpoint: process.endpoint,
        region: REGION,
        accessKeyId: row.access_key_id,
        accessKeySecret: secret,
      };
      const host = await this.#parts.hosts.create({ name: row.name, type: row.type, options }, actor, {
        simulated: true,
      });
      await changes.run(async (change) => {
        await change.db
          .updateTable('simulated_clouds')
          .set({ host_id: host.id, updated_at: change.now })
          .where('id', '=', id)
          .execute();
        change.event({ kind: 'simulated_cloud', id, action: 'changed' });
        change.event({ kind: 'host', id: host.id, action: 'changed' });
      });
      return this.#present({ ...row, host_id: host.id });
    } catch (error) {
      await this.#forget(row);
      if (error instanceof SampanError) throw error;
      throw new SampanError(
        'simulator_failed',
        `The simulated cloud did not start: ${error instanceof Error ? error.message : error}`,
        {
          hint: 'Look at the log of the server.',
          cause: error,
        },
      );
    }
  }

  /** Removes the host, ends the process and deletes its state. */
  async remove(id: string, actor: Actor): Promise<void> {
    const row = await this.#parts.database.query
      .selectFrom('simulated_clouds')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) throw notFound('simulated cloud', id);
    if (row.host_id !== null) {
      try {
        await this.#parts.hosts.remove(row.host_id, actor, undefined);
      } catch (error) {
        if (toSampanError(error).code !== 'not_found') throw error;
      }
    }
    await this.#forget(row);
    await this.#parts.changes.run(async (change) =>
      change.audit({
        actor,
        action: 'simulated_cloud.delete',
        resource: { kind: 'simulated_cloud', id, name: row.name },
        result: 'succeeded',
      }),
    );
  }

  /** A host was removed: a simulated cloud without one is seen by nobody any more, so it ends too. */
  async forgetOfHost(): Promise<void> {
    const rows = await this.#parts.database.query
      .selectFrom('simulated_clouds')
      .selectAll()
      .where('node_id', '=', this.#parts.nodeId)
      // The foreign key has set it to null already.
      .where('host_id', 'is', null)
      // One that is being made gets its host in a moment.
      .where('created_at', '<', Date.now() - CREATION_MS)
      .execute();
    for (const row of rows) await this.#forget(row);
  }

  async #forget(row: SimulatedCloudRow): Promise<void> {
    await this.#processes.get(row.id)?.stop();
    this.#processes.delete(row.id);
    await this.#parts.changes.run(async (change) => {
      await change.db.deleteFrom('simulated_clouds').where('id', '=', row.id).execute();
      change.event({ kind: 'simulated_cloud', id: row.id, action: 'deleted' });
    });
    rmSync(this.#folder(row.id), { recursive: true, force: true });
  }

  #folder(id: string): string {
    return path.join(this.#parts.dataFolder, 'simulated-clouds', id);
  }

  #process(row: SimulatedCloudRow): SimulatorProcess {
    const known = this.#processes.get(row.id);
    if (known) return known;
    mkdirSync(this.#folder(row.id), { recursive: true, mode: 0o700 });
    const settings = {
      type: row.type,
      port: row.port,
      accessKeyId: row.access_key_id,
      accessKeySecret: this.#parts.sealer.open(row.sealed_secret, place(row.id)),
      instances: row.instances,
      statePath: path.join(this.#folder(row.id), 'state.sqlite'),
    };
    const process = new SimulatorProcess(settings, this.#parts.log, () => void this.#tell(row.id));
    this.#processes.set(row.id, process);
    return process;
  }

  /** Its state changed: whoever watches is told. */
  async #tell(id: string): Promise<void> {
    await this.#parts.changes
      .run(async (change) => change.event({ kind: 'simulated_cloud', id, action: 'changed' }))
      .catch(() => undefined);
  }

  #present(row: SimulatedCloudRow) {
    const process = this.#processes.get(row.id);
    return {
      id: row.id,
      type: row.type,
      name: row.name,
      state: process?.state ?? ('stopped' as const),
      endpoint: `http://127.0.0.1:${row.port}`,
      instanceCount: row.instances,
      hostId: row.host_id,
      createdAt: isoTime(row.created_at),
      error: process?.error ?? null,
    };
  }
}
