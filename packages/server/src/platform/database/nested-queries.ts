import { AsyncLocalStorage } from 'node:async_hooks';
import type { KyselyPlugin } from 'kysely';

/** Set while a change runs, for everything that it calls. */
export const changeInProgress = new AsyncLocalStorage<true>();

/**
 * A query beside a running change, made by that change's own code, would on SQLite wait for itself for ever, and on
 * PostgreSQL not see what the change wrote. It is refused instead. The change's own transaction has no plugins.
 */
export const refuseNestedQueries: KyselyPlugin = {
  transformQuery({ node }) {
    if (changeInProgress.getStore())
      throw new Error('inside a change use change.db: another query would wait for the change itself');
    return node;
  },
  async transformResult({ result }) {
    return result;
  },
};
