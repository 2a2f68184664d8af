import { type OptionField, type OptionsSchema, type OptionValues, sealedFields } from '@sampan/driver';
import { type FieldProblem, InvalidRequest } from '../platform/http/problem.ts';

type Given = Readonly<Record<string, unknown>>;

/** Options that say to which machine a storage's requests go. */
const TARGET_NAMES = new Set(['endpoint', 'host', 'port']);
/** Options that choose among the places of one operator: `sh1a` instead of `pek3a` stays below the same endpoint. */
const PLACE_NAMES = new Set(['zone', 'region']);
/** One label of a host name: cannot name another machine, whatever it is put before. */
const PLAIN_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Blank and absent mean the default, and a number may come as its text. */
function effective(field: OptionField, value: unknown): string {
  const isBlank = value === undefined || value === null || value === '';
  return String((isBlank ? field.default : value) ?? '');
}

function leadsElsewhere(field: OptionField, stored: OptionValues, given: Given): boolean {
  if (!(field.name in given)) return false;
  const after = effective(field, given[field.name]);
  if (after === effective(field, stored[field.name])) return false;
  if (field.kind === 'url' || TARGET_NAMES.has(field.name)) return true;
  return PLACE_NAMES.has(field.name) && after !== '' && !PLAIN_LABEL.test(after);
}

/**
 * Options that were given over those that are stored. A stored secret goes only where it went before: with another target
 * it must be given again (or cleared), or whoever may edit a storage could have its secret sent to themselves. Another zone
 * or region of the same endpoint is no other target: correcting a wrong zone is what people edit most.
 * @throws InvalidRequest naming the secrets that must be given again
 */
export function withKeptSecrets(schema: OptionsSchema, stored: OptionValues, given: Given, noun = 'storage'): Given {
  if (schema.some((field) => leadsElsewhere(field, stored, given))) {
    const problems: FieldProblem[] = sealedFields(schema)
      .filter((name) => name in stored && !(name in given))
      .map((name) => ({
        field: `options.${name}`,
        code: 'required',
        message: `${name} must be given again: the ${noun} shall be reached at another address than the one it was given for`,
      }));
    if (problems.length > 0) throw new InvalidRequest(problems);
  }
  return { ...stored, ...given };
}
