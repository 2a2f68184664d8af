import { type ComputeDriverType, computeDriverTypes } from '@sampan/compute';
import { type OptionValues, sealedFields, validateOptions } from '@sampan/driver';
import { InvalidRequest } from '../platform/http/problem.ts';

/** The types of host that can be added, by their name. */
export class HostTypes {
  readonly #types: ReadonlyMap<string, ComputeDriverType>;

  constructor(types: readonly ComputeDriverType[] = computeDriverTypes) {
    this.#types = new Map(types.map((type) => [type.type, type]));
  }

  all(): ComputeDriverType[] {
    return [...this.#types.values()];
  }

  get(type: string): ComputeDriverType {
    const found = this.#types.get(type);
    if (found) return found;
    const message = `there is no type ${type}; there are: ${[...this.#types.keys()].join(', ')}`;
    throw new InvalidRequest([{ field: 'type', code: 'not_offered', message }]);
  }

  find(type: string): ComputeDriverType | undefined {
    return this.#types.get(type);
  }

  /** Checks options against the schema and what the type itself refuses. @throws InvalidRequest, fields as `options.<name>` */
  validate(type: ComputeDriverType, input: Readonly<Record<string, unknown>>): OptionValues {
    const { values, problems } = validateOptions(type.options, input);
    const more = problems.length === 0 ? (type.validate?.(values) ?? []) : [];
    const all = [...problems, ...more].map((problem) => ({ ...problem, field: `options.${problem.field}` }));
    if (all.length > 0) throw new InvalidRequest(all);
    return values;
  }

  /** Parts the secret options from the others: the former are sealed. */
  split(type: ComputeDriverType, values: OptionValues): { plain: OptionValues; secrets: Map<string, string> } {
    const sealed = new Set(sealedFields(type.options));
    const entries = Object.entries(values);
    return {
      plain: Object.fromEntries(entries.filter(([name]) => !sealed.has(name))),
      secrets: new Map(entries.filter(([name]) => sealed.has(name)).map(([name, value]) => [name, String(value)])),
    };
  }
}
