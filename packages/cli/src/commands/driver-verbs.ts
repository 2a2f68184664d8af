import type { Command } from 'commander';
import type { Api } from '../client/api.ts';
import type { DriverTypeView } from '../client/types.ts';
import { contextOf } from '../context.ts';
import { CommandError } from '../exit.ts';
import { find } from '../find.ts';
import type { Column, Output } from '../output/output.ts';
import { type Noun, optionsCommand, readDriverOptions, secretVariable } from './driver-options.ts';

/** What hosts, storages and channels have in common: a driver of their type says which options they take. */
export interface Configured {
  id: string;
  name: string;
  type: string;
  options: Record<string, string | number | boolean>;
  sealedOptions: string[];
}

const MOST_LISTED = 10_000;

async function typesOf(api: Api, noun: Noun): Promise<DriverTypeView[]> {
  return (await api.get<{ items: DriverTypeView[] }>(`/${noun}-types`)).items;
}

export async function findType(api: Api, noun: Noun, name: string): Promise<DriverTypeView> {
  const types = await typesOf(api, noun);
  const type = types.find((candidate) => candidate.type === name);
  if (type) return type;
  throw new CommandError(`There is no type ${name}.`, {
    hint: `There are: ${types.map((each) => each.type).join(', ')}`,
  });
}

export function findConfigured<T extends Configured>(api: Api, noun: Noun, reference: string): Promise<T> {
  return find<T>(api, `${noun}s`, noun, reference);
}

/** Rows of `show`: the options in the clear, and the names of those that are sealed. */
export function optionRows<T extends Configured>(): Column<T>[] {
  const text = ({ options }: T): string =>
    Object.entries(options)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ');
  return [
    ['OPTIONS', text],
    ['SECRETS', ({ sealedOptions }) => sealedOptions.map((name) => `${name} is set`).join(', ')],
  ];
}

/** @param about what is told of each type beside its names */
export function addTypesVerb(parent: Command, noun: Noun, about: Column<DriverTypeView>): void {
  parent
    .command('types [type]')
    .description(`types of ${noun} that there can be; with a type its options`)
    .action(async (name: string | undefined, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      if (name === undefined) {
        const columns: Column<DriverTypeView>[] = [['TYPE', (row) => row.type], ['NAME', (row) => row.label.en], about];
        return output.table(await typesOf(api(), noun), columns, 'no types');
      }
      const type = await findType(api(), noun, name);
      if (output.json) return output.data(type);
      output.line(optionsCommand(noun, type).helpInformation().trimEnd());
      if (type.notice) output.line(`\nNote: ${type.notice.en}`);
      const secrets = type.options.filter(({ kind }) => kind === 'secret').map((field) => secretVariable(noun, field));
      if (secrets.length > 0) output.line(`\nSecrets are read from: ${secrets.join(', ')}`);
    });
}

export function addListVerb<T extends Configured>(
  parent: Command,
  noun: Noun,
  columns: readonly Column<T>[],
  empty: string,
): void {
  parent
    .command('list')
    .description(`list ${noun}s`)
    .action(async (_options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const rows: T[] = [];
      for await (const row of api().items<T>(`/${noun}s`, {}, MOST_LISTED)) rows.push(row);
      output.table(rows, columns, empty);
    });
}

export function addShowVerb<T extends Configured>(
  parent: Command,
  noun: Noun,
  show: (output: Output, one: T) => void,
): void {
  parent
    .command(`show <${noun}>`)
    .description(`show a ${noun}, by id or name`)
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      show(output, await findConfigured<T>(api(), noun, reference));
    });
}

/** @param told.before what would be lost, @param told.after what was done */
export function addRemoveVerb<T extends Configured>(
  parent: Command,
  noun: Noun,
  verb: 'remove' | 'delete',
  told: { description: string; before: (one: T) => string; after: (one: T) => string },
): void {
  parent
    .command(`${verb} <${noun}>`)
    .description(told.description)
    .option('--yes', 'do not ask')
    .action(async (reference: string, options: { yes?: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findConfigured<T>(api(), noun, reference);
      if (!options.yes) throw new CommandError(told.before(found), { hint: 'Run it again with --yes.' });
      await api().delete(`/${noun}s/${found.id}`);
      output.note(told.after(found));
    });
}

/** A command whose flags go on with the options of a type, which is only known when it runs. */
export function takingOptions(command: Command): Command {
  return command.allowUnknownOption().allowExcessArguments();
}

/** Sends what is changed of one: its name, options of its type, and `more`. @returns it as it is then */
export async function edit<T extends Configured>(
  noun: Noun,
  reference: string,
  more: Record<string, unknown>,
  command: Command,
): Promise<T> {
  const { output, api } = contextOf(command);
  const found = await findConfigured<T>(api(), noun, reference);
  const type = await findType(api(), noun, found.type);
  const options = await readDriverOptions(noun, type, command.args.slice(1), output, false);
  const { name } = command.opts<{ name?: string }>();
  const changes = { ...(name && { name }), ...(Object.keys(options).length > 0 && { options }), ...more };
  if (Object.keys(changes).length === 0)
    throw new CommandError('Nothing is to be changed.', { hint: `See: sampan ${noun} types ${found.type}` });
  return api().patch<T>(`/${noun}s/${found.id}`, changes);
}
