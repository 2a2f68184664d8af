import { type OptionField, validateOptions } from '@sampan/driver';
import type { Configured, LocalizedText } from '../api/resources.ts';
import { bytesText } from '../options-form/form-values.ts';

export interface Difference {
  name: string;
  /** Null for the name, which is no option. */
  label: LocalizedText | null;
  /** Null where a secret is set, which nobody is shown. */
  theirs: string | null;
  yours: string | null;
}

/** Where two versions of a host or storage differ. A secret that was typed differs for all that is known. */
export function compareVersions(
  fields: readonly OptionField[],
  current: Pick<Configured, 'name' | 'options'>,
  name: string,
  options: Readonly<Record<string, string | number | boolean | null>>,
): Difference[] {
  const differences: Difference[] = [];
  if (current.name !== name) differences.push({ name: 'name', label: null, theirs: current.name, yours: name });
  for (const field of fields) {
    const yours = options[field.name];
    if (field.kind === 'secret') {
      if (yours) differences.push({ name: field.name, label: field.label, theirs: null, yours: null });
      continue;
    }
    const [left, right] = [shown(field, current.options[field.name]), shown(field, yours)];
    if (left !== right) differences.push({ name: field.name, label: field.label, theirs: left, yours: right });
  }
  return differences;
}

/** As it would be typed: what is stored as 67108864 and typed as 64Mi is the same. */
function shown(field: OptionField, value: unknown): string {
  if (value === undefined || value === null || value === '') return '–';
  const read = field.kind === 'bytes' ? validateOptions([field], { [field.name]: value }).values[field.name] : value;
  return field.kind === 'bytes' && typeof read === 'number' ? bytesText(read) : String(value);
}
