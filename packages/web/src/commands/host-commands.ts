import type { OptionField } from '@sampan/driver';
import { flagOf, shellQuote } from './shell-quote.ts';
import { signedCall } from './signed-call.ts';

export interface HostDraft {
  /** Null for a host that is yet to be added. */
  id: string | null;
  name: string;
  type: string;
  options: Readonly<Record<string, unknown>>;
}

/** Where the secret goes, for the person to fill in. */
const SECRET = '…';

/** What the form would do, as commands; a secret is a placeholder, in the environment and never an argument. */
export function hostCommands(
  draft: HostDraft,
  fields: readonly OptionField[],
  origin: string,
): { cli: string; api: string } {
  const given = fields.filter((field) => isGiven(draft.options[field.name]));
  const secrets = given.filter((field) => field.kind === 'secret');
  const environment = secrets.map((field) => `export ${environmentName(field.name)}=${SECRET}`);
  const words = [
    draft.id === null ? 'sampan host add' : `sampan host update ${draft.id}`,
    `--name ${shellQuote(draft.name || 'NAME')}`,
    ...(draft.id === null ? [`--type ${shellQuote(draft.type)}`] : []),
    ...given.map((field) =>
      field.kind === 'secret'
        ? `${flagOf(field.name)}-env ${environmentName(field.name)}`
        : `${flagOf(field.name)} ${shellQuote(String(draft.options[field.name]))}`,
    ),
  ];
  const options = Object.fromEntries(
    given.map((field) => [field.name, field.kind === 'secret' ? SECRET : draft.options[field.name]]),
  );
  return {
    cli: [...environment, words.join(' \\\n  ')].join('\n'),
    api: signedCall(
      origin,
      draft.id === null
        ? { method: 'POST', path: '/api/v1/hosts', body: { name: draft.name || 'NAME', type: draft.type, options } }
        : { method: 'PATCH', path: `/api/v1/hosts/${draft.id}`, body: { name: draft.name, options } },
    ),
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** `accessKeySecret` → `ACCESS_KEY_SECRET`. */
function environmentName(name: string): string {
  return flagOf(name).slice(2).replaceAll('-', '_').toUpperCase();
}
