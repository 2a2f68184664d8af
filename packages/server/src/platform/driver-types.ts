import {
  type LocalizedText,
  type OptionsProblem,
  type OptionsSchema,
  type OptionValues,
  sealedFields,
  validateOptions,
} from '@sampan/driver';
import { InvalidRequest } from './http/problem.ts';

/** What the types of every kind of driver have in common. */
export interface DriverType {
  type: string;
  label: LocalizedText;
  description: LocalizedText;
  notice?: LocalizedText;
  options: OptionsSchema;
  capabilities: readonly string[];
  validate?: (options: OptionValues) => readonly OptionsProblem[];
}

/** The types of one kind that can be added, by their name. */
export class DriverTypes<T extends DriverType> {
  readonly #types: ReadonlyMap<string, T>;

  constructor(types: readonly T[]) {
    this.#types = new Map(types.map((type) => [type.type, type]));
  }

  all(): T[] {
    return [...this.#types.values()];
  }

  get(type: string): T {
    const found = this.#types.get(type);
    if (found) return found;
    const message = `there is no type ${type}; there are: ${[...this.#types.keys()].join(', ')}`;
    throw new InvalidRequest([{ field: 'type', code: 'not_offered', message }]);
  }

  find(type: string): T | undefined {
    return this.#types.get(type);
  }

  /** Checks options against the schema and what the type itself refuses. @throws InvalidRequest, fields as `options.<name>` */
  validate(type: T, input: Readonly<Record<string, unknown>>): OptionValues {
    const { values, problems } = validateOptions(type.options, input);
    const more = problems.length === 0 ? (type.validate?.(values) ?? []) : [];
    const all = [...problems, ...more].map((problem) => ({ ...problem, field: `options.${problem.field}` }));
    if (all.length > 0) throw new InvalidRequest(all);
    return values;
  }

  /** Parts the secret options from the others: the former are sealed. */
  split(type: T, values: OptionValues): { plain: OptionValues; secrets: Map<string, string> } {
    const sealed = new Set(sealedFields(type.options));
    const entries = Object.entries(values);
    return {
      plain: Object.fromEntries(entries.filter(([name]) => !sealed.has(name))),
      secrets: new Map(entries.filter(([name]) => sealed.has(name)).map(([name, value]) => [name, String(value)])),
    };
  }

  /** Options as they were sent, without those that are secret. */
  withoutSecrets(typeName: string, options: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const type = this.find(typeName);
    const sealed = new Set(type ? sealedFields(type.options) : Object.keys(options));
    return Object.fromEntries(Object.entries(options).filter(([name]) => !sealed.has(name)));
  }
}
