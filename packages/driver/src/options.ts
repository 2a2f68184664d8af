/** A text in both languages of the console. */
export interface LocalizedText {
  en: string;
  zh: string;
}

export type OptionKind = 'text' | 'secret' | 'url' | 'integer' | 'boolean' | 'bytes';
export type OptionValue = string | number | boolean;
export type OptionValues = Readonly<Record<string, OptionValue>>;

/** One field of a driver's options: the form, the CLI flag, the API validation and the docs table come from it. */
export interface OptionField {
  /** camelCase; the name in JSON and, in kebab-case, of the CLI flag. */
  name: string;
  /** `secret` fields are sealed at rest and never answered; `bytes` takes a number or a text such as `200Mi`. */
  kind: OptionKind;
  label: LocalizedText;
  help?: LocalizedText;
  placeholder?: string;
  required?: boolean;
  /** In force when the field is blank. */
  default?: OptionValue;
  /** Values offered; anything else can be typed only with `openEnded`. */
  choices?: readonly { value: string; label: LocalizedText }[];
  openEnded?: boolean;
  /** For `integer` and `bytes`. */
  minimum?: number;
  maximum?: number;
  /** For texts, in characters; 1,024 when not said. */
  maximumLength?: number;
  /** Regular expression that a text must match as a whole. */
  pattern?: string;
  /** Shown only after "Advanced" is opened. */
  advanced?: boolean;
}

export type OptionsSchema = readonly OptionField[];

export interface OptionsProblem {
  field: string;
  /** `required`, `unknown_field`, `wrong_type`, `not_offered`, `too_small`, `too_large`, `too_long`, `bad_format`, `surrounding_blank`. */
  code: string;
  message: string;
}

const DEFAULT_MAXIMUM_LENGTH = 1024;
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1000,
  kb: 1000,
  m: 1000 ** 2,
  mb: 1000 ** 2,
  g: 1000 ** 3,
  gb: 1000 ** 3,
  t: 1000 ** 4,
  tb: 1000 ** 4,
  ki: 1024,
  kib: 1024,
  mi: 1024 ** 2,
  mib: 1024 ** 2,
  gi: 1024 ** 3,
  gib: 1024 ** 3,
  ti: 1024 ** 4,
  tib: 1024 ** 4,
};

function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const unit = match ? UNITS[(match[2] ?? '').toLowerCase()] : undefined;
  if (!match || unit === undefined) return undefined;
  const bytes = Number(match[1]) * unit;
  return Number.isSafeInteger(bytes) ? bytes : Math.round(bytes);
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function checkText(field: OptionField, value: unknown): OptionValue | Omit<OptionsProblem, 'field'> {
  if (typeof value !== 'string') return { code: 'wrong_type', message: `${field.name} must be a text` };
  if (value !== value.trim()) {
    return { code: 'surrounding_blank', message: `${field.name} begins or ends with a blank; remove it` };
  }
  const limit = field.maximumLength ?? DEFAULT_MAXIMUM_LENGTH;
  if (value.length > limit) return { code: 'too_long', message: `${field.name} may have ${limit} characters at most` };
  if (field.choices && !field.openEnded && !field.choices.some((choice) => choice.value === value)) {
    const offered = field.choices.map((choice) => choice.value).join(', ');
    return { code: 'not_offered', message: `${field.name} must be one of: ${offered}` };
  }
  if (field.pattern && !new RegExp(`^(?:${field.pattern})$`, 'u').test(value)) {
    return { code: 'bad_format', message: `${field.name} does not have the form it needs (${field.pattern})` };
  }
  if (field.kind === 'url' && !/^https?:\/\/[^\s/]+/i.test(value)) {
    return { code: 'bad_format', message: `${field.name} must be an address that begins with https:// or http://` };
  }
  if (field.kind === 'url' && !URL.canParse(value)) {
    return { code: 'bad_format', message: `${field.name} is not a valid address` };
  }
  return value;
}

function checkNumber(field: OptionField, value: unknown): OptionValue | Omit<OptionsProblem, 'field'> {
  let number: number | undefined;
  if (typeof value === 'number') number = value;
  else if (typeof value === 'string') number = field.kind === 'bytes' ? parseBytes(value) : Number(value);
  if (number === undefined || !Number.isSafeInteger(number)) {
    const form = field.kind === 'bytes' ? 'a size such as 200Mi' : 'a whole number';
    return { code: 'wrong_type', message: `${field.name} must be ${form}` };
  }
  if (field.minimum !== undefined && number < field.minimum) {
    return { code: 'too_small', message: `${field.name} must be at least ${field.minimum}` };
  }
  if (field.maximum !== undefined && number > field.maximum) {
    return { code: 'too_large', message: `${field.name} must be at most ${field.maximum}` };
  }
  return number;
}

function checkField(field: OptionField, value: unknown): OptionValue | Omit<OptionsProblem, 'field'> {
  switch (field.kind) {
    case 'boolean':
      if (value === true || value === 'true') return true;
      if (value === false || value === 'false') return false;
      return { code: 'wrong_type', message: `${field.name} must be true or false` };
    case 'integer':
    case 'bytes':
      return checkNumber(field, value);
    case 'text':
    case 'secret':
    case 'url':
      return checkText(field, value);
  }
}

/**
 * Checks what a person or a program gave for a driver's options.
 *
 * Blank fields are left out of `values` (the driver applies its default), so that a default can change later.
 * Texts of numbers are accepted for numbers, since forms and flags send texts. All problems are reported at once.
 */
export function validateOptions(
  schema: OptionsSchema,
  input: Readonly<Record<string, unknown>>,
): { values: OptionValues; problems: OptionsProblem[] } {
  const values: Record<string, OptionValue> = {};
  const problems: OptionsProblem[] = [];
  const known = new Map(schema.map((field) => [field.name, field]));
  for (const name of Object.keys(input)) {
    if (!known.has(name)) problems.push({ field: name, code: 'unknown_field', message: `there is no option ${name}` });
  }
  for (const field of schema) {
    const given = Object.hasOwn(input, field.name) ? input[field.name] : undefined;
    if (isBlank(given)) {
      if (field.required && field.default === undefined) {
        problems.push({ field: field.name, code: 'required', message: `${field.name} is needed` });
      }
      continue;
    }
    const checked = checkField(field, given);
    if (typeof checked === 'object') problems.push({ field: field.name, ...checked });
    else values[field.name] = checked;
  }
  return { values, problems };
}

/** The names of the fields that must be sealed at rest. */
export function sealedFields(schema: OptionsSchema): string[] {
  return schema.filter((field) => field.kind === 'secret').map((field) => field.name);
}

/** The options as JSON Schema 2020-12, for the API description. */
export function optionsJsonSchema(schema: OptionsSchema): Record<string, unknown> {
  const properties = Object.fromEntries(
    schema.map((field) => [
      field.name,
      {
        ...jsonType(field),
        title: field.label.en,
        ...(field.help && { description: field.help.en }),
        ...(field.default !== undefined && { default: field.default }),
        ...(field.kind === 'secret' && { writeOnly: true }),
      },
    ]),
  );
  const required = schema.filter((field) => field.required && field.default === undefined).map((field) => field.name);
  return { type: 'object', properties, required, additionalProperties: false };
}

function jsonType(field: OptionField): Record<string, unknown> {
  switch (field.kind) {
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
      return { type: 'integer', ...limits(field) };
    case 'bytes':
      return { type: ['integer', 'string'], ...limits(field) };
    case 'url':
      return { type: 'string', format: 'uri' };
    case 'text':
    case 'secret':
      return {
        type: 'string',
        maxLength: field.maximumLength ?? DEFAULT_MAXIMUM_LENGTH,
        ...(field.choices && !field.openEnded && { enum: field.choices.map((choice) => choice.value) }),
      };
  }
}

function limits(field: OptionField): Record<string, number> {
  return {
    ...(field.minimum !== undefined && { minimum: field.minimum }),
    ...(field.maximum !== undefined && { maximum: field.maximum }),
  };
}
