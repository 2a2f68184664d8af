import { SampanError } from '@sampan/driver';
import type { ObservedRequest } from '@sampan/storage';
import type { GatewayStorage } from './gateway/messages.ts';
import { type Gateway, type GatewayFailure, startGateway } from './gateway/start.ts';
import { resticError } from './restic/errors.ts';
import { type ResticCall, type ResticEnd, type ResticProcess, runRestic } from './restic/process.ts';
import type { Restic } from './restic/version.ts';

/** A repository as the engine reaches it. */
export interface RepositoryAccess {
  restic: Restic;
  storage: GatewayStorage;
  /** Of the repository itself. */
  password: string;
  /** Where restic keeps copies of indexes and trees; shared by all repositories, may be deleted at any time. */
  cacheFolder: string;
  /** Whoever has this access cannot delete or replace anything but locks. */
  appendOnly?: boolean | undefined;
  onRequests?: ((requests: readonly ObservedRequest[]) => void) | undefined;
  /** Told each time that the storage fails while restic tries it again and again, and null when it works again. */
  onTrouble?: ((failure: GatewayFailure | null) => void) | undefined;
  /** The gateway of a command that runs, to pass on edits of the storage. */
  onGateway?: ((gateway: Gateway) => void) | undefined;
}

/** What a command is run with, apart from where the repository is. */
export type Command = Omit<ResticCall, 'repository' | 'password' | 'cacheFolder'>;

/** Works with a gateway of its own, which ends whatever happens. */
export async function withGateway<T>(access: RepositoryAccess, work: (gateway: Gateway) => Promise<T>): Promise<T> {
  const gateway = await startGateway({
    storage: access.storage,
    appendOnly: access.appendOnly ?? false,
    cacheFolder: access.cacheFolder,
    ...(access.onRequests && { onRequests: access.onRequests }),
  });
  access.onGateway?.(gateway);
  try {
    return await work(gateway);
  } finally {
    await gateway.close();
  }
}

/** How long taking a left lock away may take. */
const UNLOCK_LIMIT_MS = 20_000;

/**
 * Runs restic with a gateway that is there. A process that was stopped may leave its lock, e.g. when all its connections
 * were busy: it is dead then, so that restic itself calls the lock stale and takes it away.
 */
export async function runWith(gateway: Gateway, access: RepositoryAccess, command: Command): Promise<ResticEnd> {
  const { restic, password, cacheFolder } = access;
  const place = { repository: gateway.repository, password, cacheFolder };
  const storage = watchStorage(gateway, access.onTrouble);
  const given = command.signal ? [command.signal] : [];
  const signal = AbortSignal.any([...given, storage.refused, gateway.lost]);
  const onStart = (process: ResticProcess): void => {
    gateway.guard(process.pid);
    command.onStart?.(process);
  };
  try {
    return await runRestic(restic, { ...command, ...place, signal, onStart });
  } catch (error) {
    if (gateway.lost.aborted) throw gatewayLost();
    if (storage.refused.aborted && !command.signal?.aborted) return refusedEnd();
    const signal = AbortSignal.timeout(UNLOCK_LIMIT_MS);
    // A storage that answers nothing, or refuses, will not let a lock be taken away either.
    if (!command.args.includes('--no-lock') && gateway.failures.length === 0) {
      await runRestic(restic, { args: ['unlock'], ...place, signal }).catch(() => undefined);
    }
    throw error;
  } finally {
    storage.stop();
    gateway.guard(null);
  }
}

function gatewayLost(): SampanError {
  return new SampanError('gateway_failed', 'The gateway to the storage ended in the middle.', {
    hint: 'Was it killed, or is the memory of the machine exhausted? Look at the log of the system.',
    retryable: true,
  });
}

/** What a storage says no to stays a no: restic itself would ask again for a quarter of an hour. */
const REFUSALS: ReadonlySet<string> = new Set([
  'bucket_not_found',
  'egress_forbidden',
  'invalid_signature',
  'login_refused',
  'permission_denied',
  'storage_full',
  'storage_untrusted',
  'unknown_access_key',
  'wrong_zone',
]);
/** A key that was made a moment ago may be refused once, and a full disk may be cleared by who sees it. */
const REFUSALS_THAT_COUNT = 3;
const LOOK_EVERY_MS = 250;

/** Looks at what the storage answers: `refused` aborts when it says no again and again. */
function watchStorage(
  gateway: Gateway,
  onTrouble: RepositoryAccess['onTrouble'],
): { refused: AbortSignal; stop: () => void } {
  const abort = new AbortController();
  let told: GatewayFailure | null = null;
  /** When it failed last; null while it works. */
  let filesThen: number | null = null;
  const look = (): void => {
    // That something may not be deleted, e.g. a lock at the end, does not make a backup worse.
    const refusals = gateway.failures.filter(
      ({ code, request }) => REFUSALS.has(code) && !request.startsWith('DELETE'),
    );
    if (refusals.length >= REFUSALS_THAT_COUNT) abort.abort();
    const { filesStored, filesLoaded, filesDeleted } = gateway.counters;
    const files = filesStored + filesLoaded + filesDeleted;
    const last = gateway.failures.at(-1) ?? null;
    if (last !== null && last !== told) {
      told = last;
      filesThen = files;
      onTrouble?.(last);
    } else if (filesThen !== null && files > filesThen) {
      filesThen = null;
      onTrouble?.(null);
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return { refused: abort.signal, stop: () => clearInterval(timer) };
}

/** As if restic had given up by itself: why is in the failures of the gateway. */
function refusedEnd(): ResticEnd {
  return { exitCode: 1, errorText: '', says: () => false };
}

export interface CommandEnd extends ResticEnd {
  gateway: Gateway;
}

/**
 * Runs one command with a gateway of its own. Exit codes in `accept` are no failure.
 *
 * @param what what is being done, for the error, e.g. `The backup`
 */
export function runCommand(
  access: RepositoryAccess,
  what: string,
  command: Command,
  accept: readonly number[] = [0],
): Promise<CommandEnd> {
  return withGateway(access, async (gateway) => {
    const end = await runWith(gateway, access, command);
    if (accept.includes(end.exitCode)) return { ...end, gateway };
    throw resticError(end, gateway.failures, what);
  });
}

/** Runs a command that prints one JSON value, and gives it. */
export async function readJson<T>(access: RepositoryAccess, what: string, command: Command): Promise<T> {
  const lines: string[] = [];
  let single: unknown;
  await runCommand(access, what, {
    ...command,
    onMessage: (message) => {
      single = message;
    },
    onLine: (line) => lines.push(line),
  });
  return (lines.length > 0 ? JSON.parse(lines.join('\n')) : single) as T;
}
