import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../tables.ts';

type Before = Omit<Tables, 'repositories'> & {
  repositories: {
    id: string;
    state: string;
    error: string | null;
    damage: string | null;
    checked_at: number | null;
    check_result: string | null;
    updated_at: number;
  };
};

/** That a repository is damaged is kept beside whether it answers: an outage in between took it back. */
export function repositoryDamage(): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await db.schema.alterTable('repositories').addColumn('damage', 'text').execute();
      const tables = db as Kysely<Before>;
      const rows = await tables.selectFrom('repositories').selectAll().where('check_result', 'is not', null).execute();
      for (const row of rows) {
        const check = JSON.parse(row.check_result ?? '{}') as { isSound?: boolean; readDataPercent?: number };
        if (check.isSound !== false) continue;
        const foundAt = row.checked_at ?? row.updated_at;
        const damage = {
          ...{ foundAt, foundBy: 'check', operationId: null, firstFoundAt: foundAt },
          provenBy: check.readDataPercent === 0 ? 'structure' : 'all_data',
        };
        const isShown = row.state === 'damaged';
        await tables
          .updateTable('repositories')
          .set({ damage: JSON.stringify(damage), ...(isShown && { state: 'ready', error: null }) })
          .where('id', '=', row.id)
          .execute();
      }
    },
  };
}
