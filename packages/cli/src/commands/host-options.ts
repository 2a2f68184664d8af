import { Command } from 'commander';
import { ask } from '../ask.ts';
import type { HostTypeView, OptionFieldView } from '../client/types.ts';
import { CommandError } from '../exit.ts';
import type { Output } from '../output/output.ts';

type Values = Record<string, string>;

/** Options of every command; a host's option of the same name is written with host- in front. */
const GLOBAL = new Set(['profile', 'json', 'type', 'name']);

function flag(name: string): string {
  return GLOBAL.has(name) ? `host-${name}` : kebab(name);
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Environment variable for a secret option, e.g. SAMPAN_HOST_ACCESS_KEY_SECRET. */
export function secretVariable(field: OptionFieldView): string {
  return `SAMPAN_HOST_${kebab(field.name).replaceAll('-', '_').toUpperCase()}`;
}

function describe(field: OptionFieldView): string {
  const choices = field.choices?.map((choice) => choice.value).join(', ');
  const parts = [
    field.label.en,
    choices && `e.g. ${choices}`,
    field.default !== undefined && `default ${field.default}`,
    field.kind === 'secret' && `better by ${secretVariable(field)}`,
  ];
  return parts.filter(Boolean).join('; ');
}

/** The flags of a type of host, made from its options schema. */
export function optionsCommand(type: HostTypeView): Command {
  const command = new Command(`--type ${type.type}`).exitOverride().allowExcessArguments(false);
  command.usage('[options]').description(`${type.label.en}: ${type.description.en}`);
  for (const field of type.options) command.option(`--${flag(field.name)} <value>`, describe(field));
  return command;
}

/**
 * Reads a type's options from the rest of the command line, secrets from the environment first.
 * @param isNew whether needed secrets that are given nowhere are asked for
 */
export async function readHostOptions(
  type: HostTypeView,
  rest: readonly string[],
  output: Output,
  isNew: boolean,
): Promise<Values> {
  const command = optionsCommand(type);
  try {
    command.parse([...rest], { from: 'user' });
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error), {
      hint: `See the options of this type: sampan host types ${type.type}`,
    });
  }
  const given = command.opts<Values>();
  // `--host-profile` is read as hostProfile.
  const values = Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const plain = name.replace(/^host(?=[A-Z])/, '').toLowerCase();
      return [GLOBAL.has(plain) && name !== plain ? plain : name, value];
    }),
  );
  for (const field of type.options.filter((candidate) => candidate.kind === 'secret')) {
    const fromEnvironment = process.env[secretVariable(field)];
    if (values[field.name] !== undefined) {
      output.note(`warning: a secret on the command line can be seen by others; use ${secretVariable(field)}`);
    } else if (fromEnvironment) values[field.name] = fromEnvironment;
    else if (isNew && field.required) values[field.name] = await ask(`${field.label.en}: `, 'secret');
  }
  return values;
}
