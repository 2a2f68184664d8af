import { type OptionField, type OptionValue, validateOptions } from '@sampan/driver';
import type { StorageLimits } from '../api/resources.ts';
import type { FormValues } from '../options-form/form-values.ts';

const NAMES = ['uploadBytesPerSecond', 'downloadBytesPerSecond', 'concurrency'] as const;

/** The words of the fields; one language is enough, since they are made anew with it. */
export interface LimitWords {
  upload: string;
  download: string;
  requests: string;
  rateHelp: string;
  requestsHelp: string;
}

const both = (text: string) => ({ en: text, zh: text });

/** The limits as fields of a form, so that sizes such as `10Mi` are read as in the options. */
export function limitFields(words: LimitWords): OptionField[] {
  const rate = {
    kind: 'bytes',
    help: both(words.rateHelp),
    minimum: 1024,
    maximum: 1e12,
    placeholder: '10Mi',
  } as const;
  return [
    { ...rate, name: 'limits.uploadBytesPerSecond', label: both(words.upload) },
    { ...rate, name: 'limits.downloadBytesPerSecond', label: both(words.download) },
    {
      name: 'limits.concurrency',
      kind: 'integer',
      label: both(words.requests),
      help: both(words.requestsHelp),
      minimum: 1,
      maximum: 1000,
    },
  ];
}

/** The limits of a storage as values of those fields. */
export function limitValues(limits: StorageLimits | undefined): Record<string, OptionValue> {
  const values: Record<string, OptionValue> = {};
  for (const name of NAMES) {
    const limit = limits?.[name];
    if (limit !== undefined && limit !== null) values[`limits.${name}`] = limit;
  }
  return values;
}

/** What the form says, blank as no limit. */
export function limitsOf(fields: readonly OptionField[], values: FormValues): StorageLimits {
  const given = Object.fromEntries(fields.map(({ name }) => [name, values[name]]));
  const read = validateOptions(fields, given).values;
  const limit = (name: (typeof NAMES)[number]) => {
    const value = read[`limits.${name}`];
    return typeof value === 'number' ? value : null;
  };
  return {
    uploadBytesPerSecond: limit('uploadBytesPerSecond'),
    downloadBytesPerSecond: limit('downloadBytesPerSecond'),
    concurrency: limit('concurrency'),
  };
}
