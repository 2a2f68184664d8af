import type { OptionField } from '@sampan/driver';
import { flagOf, shellQuote } from './shell-quote.ts';
import { signedCall } from './signed-call.ts';

export interface DriverDraft {
  /** Null for what is yet to be added. */
  id: string | null;
  name: string;
  type: string;
  options: Readonly<Record<string, unknown>>;
}

/** Where the secret goes, for the person to fill in. */
const SECRET = '…';

/** What is configured: part of commands, addresses and the names of environment variables. */
export type Noun = 'host' | 'storage' | 'channel';

/** The verbs of the command line by which something is added and changed. */
const VERBS: Readonly<Record<Noun, { add: string; edit: string }>> = {
  host: { add: 'add', edit: 'edit' },
  storage: { add: 'add', edit: 'edit' },
  channel: { add: 'create', edit: 'update' },
};

/** Options of every command of the CLI; a driver's option of the same name has the noun before it. */
const TAKEN: ReadonlySet<string> = new Set(['profile', 'json', 'type', 'name']);

/** What the form would do, as commands; a secret is a placeholder, in the environment and never an argument. */
export function driverCommands(
  noun: Noun,
  draft: DriverDraft,
  fields: readonly OptionField[],
  origin: string,
  more: { flags: readonly string[]; body: object } = { flags: [], body: {} },
): { cli: string; api: string } {
  const given = fields.filter((field) => isGiven(draft.options[field.name]));
  const secrets = given.filter((field) => field.kind === 'secret');
  const environment = secrets.map((field) => `export ${environmentName(noun, field.name)}=${SECRET}`);
  const name = draft.name || 'NAME';
  const words = [
    draft.id === null
      ? `sampan ${noun} ${VERBS[noun].add} ${shellQuote(name)} --type ${shellQuote(draft.type)}`
      : `sampan ${noun} ${VERBS[noun].edit} ${draft.id} --name ${shellQuote(name)}`,
    ...given
      .filter((field) => field.kind !== 'secret')
      .map((field) => `${optionFlag(noun, field.name)} ${shellQuote(String(draft.options[field.name]))}`),
    ...more.flags,
  ];
  const options = Object.fromEntries(
    given.map((field) => [field.name, field.kind === 'secret' ? SECRET : draft.options[field.name]]),
  );
  return {
    cli: [...environment, words.join(' \\\n  ')].join('\n'),
    api: signedCall(
      origin,
      draft.id === null
        ? { method: 'POST', path: `/api/v1/${noun}s`, body: { name, type: draft.type, options, ...more.body } }
        : { method: 'PATCH', path: `/api/v1/${noun}s/${draft.id}`, body: { name, options, ...more.body } },
    ),
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function optionFlag(noun: Noun, name: string): string {
  return TAKEN.has(name) ? `--${noun}-${name}` : flagOf(name);
}

/** Where the command line looks for a secret: `accessKeySecret` of a host → `SAMPAN_HOST_ACCESS_KEY_SECRET`. */
function environmentName(noun: Noun, name: string): string {
  return `SAMPAN_${noun.toUpperCase()}_${flagOf(name).slice(2).replaceAll('-', '_').toUpperCase()}`;
}
