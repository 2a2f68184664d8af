import type { OptionField } from '@sampan/driver';
import type { Host, LocalizedText } from '../api/resources.ts';

export interface Difference {
  name: string;
  /** Null for the name of the host, which is no option. */
  label: LocalizedText | null;
  /** Null where a secret is set, which nobody is shown. */
  theirs: string | null;
  yours: string | null;
}

/** Where two versions of a host differ. A secret that was typed differs for all that is known. */
export function compareHosts(
  fields: readonly OptionField[],
  current: Pick<Host, 'name' | 'options'>,
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
    const [left, right] = [shown(current.options[field.name]), shown(yours)];
    if (left !== right) differences.push({ name: field.name, label: field.label, theirs: left, yours: right });
  }
  return differences;
}

function shown(value: unknown): string {
  return value === undefined || value === null || value === '' ? '–' : String(value);
}
