import type { ComputeDriver, ComputeDriverType, DriverEnvironment } from '@sampan/compute';
import type { OptionValues } from '@sampan/driver';
import type { Database } from '../platform/database/open.ts';
import { notFound } from '../platform/http/problem.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import { findHost, openOptions } from './store.ts';
import type { HostRow } from './tables.ts';
import type { HostTypes } from './types.ts';

interface Open {
  optionsRevision: number;
  driver: ComputeDriver;
}

/** One driver per host, made when first needed and made anew after its options changed. */
export class HostConnections {
  readonly #database: Database;
  readonly #sealer: Sealer;
  readonly #types: HostTypes;
  readonly #environment: DriverEnvironment;
  readonly #open = new Map<string, Open>();

  constructor(parts: { database: Database; sealer: Sealer; types: HostTypes; environment: DriverEnvironment }) {
    this.#database = parts.database;
    this.#sealer = parts.sealer;
    this.#types = parts.types;
    this.#environment = parts.environment;
  }

  /** The driver of a host. @throws SampanError `not_found` */
  async driver(hostId: string): Promise<{ row: HostRow; driver: ComputeDriver }> {
    const row = await findHost(this.#database.query, hostId);
    if (!row) throw notFound('host', hostId);
    const open = this.#open.get(hostId);
    if (open?.optionsRevision === row.options_revision) return { row, driver: open.driver };
    const options = await openOptions(this.#database.query, this.#sealer, row);
    const driver = this.make(this.#types.get(row.type), options);
    this.#open.set(hostId, { optionsRevision: row.options_revision, driver });
    await open?.driver.close();
    return { row, driver };
  }

  /** A driver that is not kept, e.g. to test options that are not saved. Close it. */
  make(type: ComputeDriverType, options: OptionValues): ComputeDriver {
    return type.create(options, this.#environment);
  }

  async forget(hostId: string): Promise<void> {
    const open = this.#open.get(hostId);
    this.#open.delete(hostId);
    await open?.driver.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.forget(id)));
  }
}
