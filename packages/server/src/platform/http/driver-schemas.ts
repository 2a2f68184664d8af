import { Type } from 'typebox';
import type { DriverType } from '../driver-types.ts';

/** The shapes in which types of drivers and their options are told and given. */
export const Localized = Type.Object({ en: Type.String(), zh: Type.String() });
export const OptionValue = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);
export const OptionsInput = Type.Record(
  Type.String(),
  Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]),
);
export const Name = Type.String({ minLength: 1, maxLength: 100, pattern: '^\\S(.*\\S)?$' });

const OptionFieldSchema = Type.Object({
  name: Type.String(),
  kind: Type.String(),
  label: Localized,
  help: Type.Optional(Localized),
  placeholder: Type.Optional(Type.String()),
  required: Type.Optional(Type.Boolean()),
  default: Type.Optional(OptionValue),
  choices: Type.Optional(Type.Array(Type.Object({ value: Type.String(), label: Localized }))),
  openEnded: Type.Optional(Type.Boolean()),
  minimum: Type.Optional(Type.Number()),
  maximum: Type.Optional(Type.Number()),
  maximumLength: Type.Optional(Type.Number()),
  pattern: Type.Optional(Type.String()),
  advanced: Type.Optional(Type.Boolean()),
});

export const DriverTypeProperties = {
  type: Type.String(),
  label: Localized,
  description: Localized,
  notice: Type.Optional(Localized),
  options: Type.Array(OptionFieldSchema),
  capabilities: Type.Array(Type.String()),
};

/** A type as the API shows it: what a form needs. */
export function presentDriverType({ type, label, description, notice, options, capabilities }: DriverType) {
  return {
    type,
    label,
    description,
    ...(notice && { notice }),
    options: options.map(({ choices, ...field }) => ({ ...field, ...(choices && { choices: [...choices] }) })),
    capabilities: [...capabilities],
  };
}
