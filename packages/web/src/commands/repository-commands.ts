import type { Repository } from '../api/backup-resources.ts';
import { shellQuote } from './shell-quote.ts';
import { signedCall } from './signed-call.ts';

/** What the page of a repository shows and does. */
export function repositoryCommands(
  repository: Pick<Repository, 'id' | 'name'>,
  origin: string,
): { cli: string; api: string } {
  const name = shellQuote(repository.name);
  const path = `/api/v1/repositories/${repository.id}`;
  return {
    cli: ['show', 'check', 'prune', 'unlock', 'sheet'].map((verb) => `sampan repository ${verb} ${name}`).join('\n'),
    api: [
      signedCall(origin, { method: 'GET', path }),
      signedCall(origin, { method: 'POST', path: `${path}/check`, body: { readDataPercent: 5 } }),
    ].join('\n\n'),
  };
}
