import type { OptionField } from '@sampan/driver';
import type { Storage, StorageLimits } from '../api/resources.ts';
import { bytesText } from '../options-form/form-values.ts';
import { type DriverDraft, driverCommands } from './driver-commands.ts';
import { shellQuote } from './shell-quote.ts';
import { signedCall } from './signed-call.ts';

export interface Commands {
  cli: string;
  api: string;
}

/** What the form of a storage would do, as commands. */
export function storageCommands(
  draft: DriverDraft,
  fields: readonly OptionField[],
  limits: StorageLimits,
  origin: string,
): Commands {
  const { uploadBytesPerSecond, downloadBytesPerSecond, concurrency } = limits;
  const flags = [
    ...(uploadBytesPerSecond === null ? [] : [`--upload-limit ${bytesText(uploadBytesPerSecond)}`]),
    ...(downloadBytesPerSecond === null ? [] : [`--download-limit ${bytesText(downloadBytesPerSecond)}`]),
    ...(concurrency === null ? [] : [`--request-limit ${concurrency}`]),
  ];
  const given = Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== null));
  const body = flags.length > 0 ? { limits: given } : {};
  return driverCommands('storage', draft, fields, origin, { flags, body });
}

/** What the page of a storage shows and does. */
export function storagePageCommands(storage: Pick<Storage, 'id' | 'name'>, origin: string): Commands {
  const name = shellQuote(storage.name);
  const path = `/api/v1/storages/${storage.id}`;
  return {
    cli: ['show', 'usage', 'measure', 'test', 'deep-test'].map((verb) => `sampan storage ${verb} ${name}`).join('\n'),
    api: [
      signedCall(origin, { method: 'GET', path }),
      signedCall(origin, { method: 'POST', path: `${path}/measure`, body: {} }),
    ].join('\n\n'),
  };
}

/** What the browser of objects shows and does at a place. */
export function objectCommands(storage: Pick<Storage, 'id' | 'name'>, prefix: string, origin: string): Commands {
  const place = shellQuote(`${storage.name}:${prefix}`);
  const query = new URLSearchParams({ ...(prefix !== '' && { prefix }), delimiter: '/' });
  return {
    cli: [`sampan object ls ${place}`, `sampan object put FILE ${place}`, `sampan object sync ./folder ${place}`].join(
      '\n',
    ),
    api: signedCall(origin, { method: 'GET', path: `/api/v1/storages/${storage.id}/objects`, query: `?${query}` }),
  };
}

/** What the list of buckets shows and does. */
export function bucketCommands(storage: Pick<Storage, 'id' | 'name'>, origin: string): Commands {
  const name = shellQuote(storage.name);
  const path = `/api/v1/storages/${storage.id}/buckets`;
  return {
    cli: [
      `sampan bucket list ${name}`,
      `sampan bucket create ${name} BUCKET`,
      `sampan bucket policy ${name} BUCKET --prefix PREFIX`,
    ].join('\n'),
    api: [
      signedCall(origin, { method: 'GET', path }),
      signedCall(origin, { method: 'POST', path, body: { name: 'BUCKET' } }),
    ].join('\n\n'),
  };
}
