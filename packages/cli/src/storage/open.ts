import { homedir } from 'node:os';
import { type OptionValues, SampanError, validateOptions } from '@sampan/driver';
import type { ObjectStore, StorageDriver, StorageDriverType } from '@sampan/storage';
import type { Api } from '../client/api.ts';
import type { StorageView } from '../client/types.ts';
import { secretVariable } from '../commands/driver-options.ts';
import { CommandError, EXIT } from '../exit.ts';
import { find } from '../find.ts';
import type { Location } from './location.ts';
import { serverStore } from './server-store.ts';

/** A place with a store, opened; close it. */
export interface OpenPlace {
  store: ObjectStore;
  /** The key or prefix below the store that was named. */
  path: string;
  /** Tells places apart. */
  label: string;
  /** With `kind: storage`. */
  storage: StorageView | null;
  isFolder: boolean;
  close(): Promise<void>;
}

/** The driver of a storage that is named by an address: keys from the environment, options from the query. */
export async function directDriver(type: string, given: Readonly<Record<string, string>>): Promise<StorageDriver> {
  const { storageDriverTypes } = await import('@sampan/storage');
  const driverType = storageDriverTypes.find((each) => each.type === type);
  if (!driverType) throw new CommandError(`There is no kind of storage ${type}.`);
  const values = directOptions(driverType, given);
  return driverType.create(values, {
    environment: { variables: process.env, homeFolder: homedir() },
  });
}

/** The checked options of a storage that is named by an address, secrets from the environment included. */
export async function directValues(type: string, given: Readonly<Record<string, string>>): Promise<OptionValues> {
  const { storageDriverTypes } = await import('@sampan/storage');
  const driverType = storageDriverTypes.find((each) => each.type === type);
  if (!driverType) throw new CommandError(`There is no kind of storage ${type}.`);
  return directOptions(driverType, given);
}

function directOptions(type: StorageDriverType, given: Readonly<Record<string, string>>): OptionValues {
  const input: Record<string, string | boolean> = { ...given };
  for (const field of type.options) {
    const fromEnvironment = process.env[secretVariable('storage', field)];
    if (field.kind === 'secret' && input[field.name] !== undefined) {
      throw new CommandError(`${field.name} in an address can be seen by others.`, {
        hint: `Leave it out, and set ${secretVariable('storage', field)}.`,
      });
    }
    if (fromEnvironment && (field.kind === 'secret' || field.name === 'accessKeyId'))
      input[field.name] ??= fromEnvironment;
  }
  // The environment is the person's own here: keys of the vendor's own tools are taken, unless anonymous was asked for.
  const canAsk = type.options.some((field) => field.name === 'environmentAuth');
  // Half a pair is left over, e.g. from `storage add`: it says nothing about this address.
  if (canAsk && input.accessKeyId === undefined) delete input.secretAccessKey;
  const hasKeys = input.accessKeyId !== undefined;
  if (canAsk && !hasKeys && input.environmentAuth === undefined) input.environmentAuth = true;
  const { values, problems } = validateOptions(type.options, input);
  const all = [...problems, ...(problems.length === 0 ? (type.validate?.(values) ?? []) : [])];
  if (all.length === 0) return values;
  const told = all.map(({ field, message }) => `\n  ${field}: ${message}`).join('');
  throw new CommandError(`The address of the storage is not valid:${told}`, {
    hint: `Options are given like ?zone=sh1a; there are: ${type.options.map(({ name }) => name).join(', ')}`,
  });
}

/** Opens what was named. `api` is only asked for when it is a storage of the server. */
export async function openPlace(location: Location, api: () => Api): Promise<OpenPlace> {
  switch (location.kind) {
    case 'pipe':
      throw new CommandError('Standard input or output cannot stand here.');
    case 'nothing': {
      const { createMemoryStore } = await import('@sampan/storage');
      return {
        ...{ store: createMemoryStore(), path: '', label: '', storage: null, isFolder: true },
        close: async () => undefined,
      };
    }
    case 'storage': {
      const storage = await find<StorageView>(api(), 'storages', 'storage', location.name);
      return {
        ...{ store: serverStore(api(), storage), path: location.path, storage, isFolder: false },
        label: `${location.name}:${location.path}`,
        close: async () => undefined,
      };
    }
    case 'direct': {
      const driver = await directDriver(location.type, location.options);
      return {
        ...{ store: driver.objects(), path: location.path, storage: null, isFolder: false },
        label: `${location.type}:${JSON.stringify(Object.entries(location.options).sort())}:${location.path}`,
        close: () => driver.close(),
      };
    }
    case 'local': {
      const { localObjects } = await import('@sampan/storage');
      const store = localObjects(location.path, new Set(['modified', 'listing.ordered']), { isDurable: false });
      return { store, path: '', label: location.path, storage: null, isFolder: true, close: async () => undefined };
    }
  }
}

/** Errors of storages as the CLI tells its own. */
export async function tellingErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SampanError)) throw error;
    const isDenied = ['unknown_access_key', 'invalid_signature', 'permission_denied', 'login_refused'].includes(
      error.code,
    );
    const exitCode =
      error.code === 'cancelled'
        ? EXIT.interrupted
        : isDenied
          ? EXIT.denied
          : error.code === 'storage_unreachable'
            ? EXIT.unreachable
            : EXIT.failed;
    const { code, message, hint } = error;
    throw new CommandError(message, { exitCode, hint, problem: { code, detail: message, hint } });
  }
}
