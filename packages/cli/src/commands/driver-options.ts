import { Command } from 'commander';
import { ask } from '../ask.ts';
import type { DriverTypeView, OptionFieldView } from '../client/types.ts';
import { CommandError } from '../exit.ts';
import type { Output } from '../output/output.ts';

type Values = Record<string, string>;

/** What a driver's options are of: part of flags and of the names of environment variables. */
export type Noun = 'host' | 'storage' | 'channel';

/** Options of every command; a driver's option of the same name is written with the noun in front, e.g. `--host-profile`. */
const GLOBAL = new Set(['profile', 'json', 'type', 'name']);

function flag(noun: Noun, name: string): string {
  return GLOBAL.has(name) ? `${noun}-${name}` : kebab(name);
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Environment variable for a secret option, e.g. SAMPAN_HOST_ACCESS_KEY_SECRET. */
export function secretVariable(noun: Noun, field: { name: string }): string {
  return `SAMPAN_${noun.toUpperCase()}_${kebab(field.name).replaceAll('-', '_').toUpperCase()}`;
}

function describe(noun: Noun, field: OptionFieldView): string {
  const choices = field.choices?.map((choice) => choice.value).join(', ');
  const parts = [
    field.label.en,
    choices && `e.g. ${choices}`,
    field.default !== undefined && `default ${field.default}`,
    field.kind === 'secret' && `better by ${secretVariable(noun, field)}`,
  ];
  return parts.filter(Boolean).join('; ');
}

/** The flags of a type, made from its options schema. */
export function optionsCommand(noun: Noun, type: DriverTypeView): Command {
  const command = new Command(`--type ${type.type}`).exitOverride().allowExcessArguments(false);
  command.usage('[options]').description(`${type.label.en}: ${type.description.en}`);
  for (const field of type.options) command.option(`--${flag(noun, field.name)} <value>`, describe(noun, field));
  return command;
}

/**
 * Reads a type's options from the rest of the command line, secrets from the environment first.
 * @param isNew whether needed secrets that are given nowhere are asked for
 */
export async function readDriverOptions(
  noun: Noun,
  type: DriverTypeView,
  rest: readonly string[],
  output: Output,
  isNew: boolean,
): Promise<Values> {
  const command = optionsCommand(noun, type);
  try {
    command.parse([...rest], { from: 'user' });
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error), {
      hint: `See the options of this type: sampan ${noun} types ${type.type}`,
    });
  }
  const given = command.opts<Values>();
  // `--host-profile` is read as hostProfile.
  const prefix = new RegExp(`^${noun}(?=[A-Z])`);
  const values = Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const plain = name.replace(prefix, '').toLowerCase();
      return [GLOBAL.has(plain) && name !== plain ? plain : name, value];
    }),
  );
  for (const field of type.options.filter((candidate) => candidate.kind === 'secret')) {
    const fromEnvironment = process.env[secretVariable(noun, field)];
    if (values[field.name] !== undefined) {
      output.note(`warning: a secret on the command line can be seen by others; use ${secretVariable(noun, field)}`);
    } else if (fromEnvironment) values[field.name] = fromEnvironment;
    else if (isNew && field.required) values[field.name] = await ask(`${field.label.en}: `, 'secret');
  }
  return values;
}
