import { type OptionField, validateOptions } from '@sampan/driver';

const FIELD: OptionField = { name: 'bytes', kind: 'bytes', label: { en: 'bytes', zh: 'bytes' } };

/** `10Mi` → 10485760; null for what is no size. */
export function readBytes(text: string): number | null {
  const { values, problems } = validateOptions([FIELD], { bytes: text.trim() });
  return problems.length === 0 && typeof values.bytes === 'number' ? values.bytes : null;
}
