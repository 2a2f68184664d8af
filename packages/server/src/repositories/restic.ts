import { fileURLToPath } from 'node:url';
import { findRestic, isFullRestic, type Restic } from '@sampan/backup';
import { SampanError, toSampanError } from '@sampan/driver';

/** Where set-up of a checkout keeps the restic of the next Debian release. */
const BROUGHT = fileURLToPath(new URL('../../../../.cache/restic/usr/bin/restic', import.meta.url));
/** One that is missing may be installed while the server runs. */
const LOOK_AGAIN_MS = 30_000;

export interface EngineState {
  available: boolean;
  version: string | null;
  /** Everything of Sampan works with it. */
  isFull: boolean;
  capabilities: string[];
  error: { code: string; message: string; hint: string | null } | null;
}

/** The restic of this machine: found and asked what it can do when it is first needed, not at the start. */
export class ResticFinder {
  readonly #candidates: readonly string[];
  #found: Promise<Restic> | undefined;
  #failedAt = 0;

  constructor(candidates: readonly string[] = [BROUGHT, 'restic']) {
    this.#candidates = candidates;
  }

  /** @throws SampanError `restic_missing`, `restic_too_old` */
  async get(): Promise<Restic> {
    if (this.#failedAt > 0 && Date.now() - this.#failedAt > LOOK_AGAIN_MS) this.#found = undefined;
    this.#found ??= findRestic(this.#candidates);
    try {
      const restic = await this.#found;
      this.#failedAt = 0;
      return restic;
    } catch (error) {
      this.#failedAt ||= Date.now();
      throw error;
    }
  }

  async state(): Promise<EngineState> {
    try {
      const restic = await this.get();
      const { version } = restic;
      return {
        ...{ available: true, version, isFull: isFullRestic(restic), capabilities: [...restic.capabilities] },
        error: null,
      };
    } catch (thrown) {
      const { code, message, hint } = thrown instanceof SampanError ? thrown : toSampanError(thrown);
      return {
        ...{ available: false, version: null, isFull: false, capabilities: [] },
        error: { code, message, hint: hint ?? null },
      };
    }
  }
}
