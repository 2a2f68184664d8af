import { type OptionField, type OptionsProblem, type OptionValue, validateOptions } from '@sampan/driver';

/** What the inputs of a form hold: texts as typed, and yes or no. */
export type FormValues = Readonly<Record<string, string | boolean>>;

/** A secret is kept unless something is typed or it is cleared on purpose. */
export type ClearedSecrets = ReadonlySet<string>;

/** The form of something that is stored: its values as texts; secrets, which the server does not answer, blank. */
export function valuesOf(fields: readonly OptionField[], stored: Readonly<Record<string, OptionValue>>): FormValues {
  return Object.fromEntries(
    fields.map((field) => {
      const value = stored[field.name];
      if (isThreefold(field)) return [field.name, value === undefined ? '' : String(value)];
      if (field.kind === 'boolean') return [field.name, value ?? field.default ?? false];
      if (value === undefined || field.kind === 'secret') return [field.name, ''];
      return [field.name, field.kind === 'bytes' ? bytesText(Number(value)) : String(value)];
    }),
  ) as FormValues;
}

/** Yes, no, or blank: what applies then depends on other fields. */
export function isThreefold(field: OptionField): boolean {
  return field.kind === 'boolean' && field.default === undefined && !field.required;
}

const BYTE_UNITS = [
  ['Ti', 1024 ** 4],
  ['Gi', 1024 ** 3],
  ['Mi', 1024 ** 2],
  ['Ki', 1024],
] as const;

/** A number of bytes as a person would type it, and exactly: `209715200` → `200Mi`. */
export function bytesText(bytes: number): string {
  const unit = BYTE_UNITS.find(([, size]) => bytes >= size && bytes % size === 0);
  return unit ? `${bytes / unit[1]}${unit[0]}` : String(bytes);
}

/**
 * The options as the server is given them: a blank field is left out, so that its default applies. When something
 * stored is changed, what became blank must be said, as null.
 */
export function optionsOf(
  fields: readonly OptionField[],
  values: FormValues,
  stored?: { options: Readonly<Record<string, OptionValue>>; cleared: ClearedSecrets },
): Record<string, OptionValue | null> {
  const options: Record<string, OptionValue | null> = {};
  for (const field of fields) {
    const value = values[field.name];
    if (value !== undefined && value !== '') options[field.name] = typed(field, value);
    else if (stored && (field.name in stored.options || stored.cleared.has(field.name))) options[field.name] = null;
  }
  return options;
}

/** What is wrong in the form, by field. `sealed` are the secrets that are stored and stay. */
export function problemsOf(
  fields: readonly OptionField[],
  values: FormValues,
  sealed: readonly string[],
): Map<string, OptionsProblem> {
  const asked = fields.map((field) => (sealed.includes(field.name) ? { ...field, required: false } : field));
  const { problems } = validateOptions(asked, values);
  return new Map(problems.map((problem) => [problem.field, problem]));
}

/** A whole number goes as a number; what does not read as one goes as it is, for the server to explain. */
function typed(field: OptionField, value: string | boolean): OptionValue {
  if (field.kind === 'boolean' && typeof value === 'string') return value === 'true';
  if (field.kind !== 'integer' || typeof value !== 'string') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
