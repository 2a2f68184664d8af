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
  const name = draft.name || 'NAME';
  const words = [
    draft.id === null
      ? `sampan host add ${shellQuote(name)} --type ${shellQuote(draft.type)}`
      : `sampan host edit ${draft.id} --name ${shellQuote(name)}`,
    ...given
      .filter((field) => field.kind !== 'secret')
      .map((field) => `${flagOf(field.name)} ${shellQuote(String(draft.options[field.name]))}`),
  ];
  const options = Object.fromEntries(
    given.map((field) => [field.name, field.kind === 'secret' ? SECRET : draft.options[field.name]]),
  );
  return {
    cli: [...environment, words.join(' \\\n  ')].join('\n'),
    api: signedCall(
      origin,
      draft.id === null
        ? { method: 'POST', path: '/api/v1/hosts', body: { name, type: draft.type, options } }
        : { method: 'PATCH', path: `/api/v1/hosts/${draft.id}`, body: { name, options } },
    ),
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Where the command line looks for a secret: `accessKeySecret` → `SAMPAN_HOST_ACCESS_KEY_SECRET`. */
function environmentName(name: string): string {
  return `SAMPAN_HOST_${flagOf(name).slice(2).replaceAll('-', '_').toUpperCase()}`;
}
