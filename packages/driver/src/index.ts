export type { ConnectionCheck, ConnectionCheckState } from './connection-check.ts';
export { type Endpoint, endpointOf } from './endpoint.ts';
export { SampanError, type SampanErrorOptions, toSampanError } from './error.ts';
export {
  type LocalizedText,
  type OptionField,
  type OptionKind,
  type OptionsProblem,
  type OptionsSchema,
  type OptionValue,
  type OptionValues,
  optionsJsonSchema,
  sealedFields,
  validateOptions,
} from './options.ts';
