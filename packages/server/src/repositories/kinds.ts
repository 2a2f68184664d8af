import {
  changePassword,
  checkRepository,
  createRepository,
  openRepository,
  pruneRepository,
  type RepositoryAccess,
} from '@sampan/backup';
import { SampanError, toSampanError } from '@sampan/driver';
import { FailedWithResult, type OperationContext, type OperationKind } from '../operations/kinds.ts';
import { storedError } from '../operations/run.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { fromJson, fromJsonOrNull } from '../platform/json.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import type { RepositoryAccesses } from './access.ts';
import { REPOSITORY_DAMAGED } from './damage.ts';
import { whenUnlocked } from './locked.ts';
import { maintenanceOf, putOffCheck } from './maintenance.ts';
import type { RepositoryStates } from './states.ts';
import { dropNextPassword, openPasswords, readRepository, savePassword } from './store.ts';
import type { RepositoryRow } from './tables.ts';

export const CREATE_KIND = 'repository.create';
export const CHECK_KIND = 'repository.check';
export const PRUNE_KIND = 'repository.prune';
export const PASSWORD_KIND = 'repository.change_password';
export const UNLOCK_KIND = 'repository.unlock';

const MOST_PROBLEMS = 200;

/** What the other features hear of repositories. */
export interface RepositoryNews {
  checkFailed(row: RepositoryRow, problems: readonly string[]): Promise<void>;
  checkPassed(row: RepositoryRow): Promise<void>;
  pruneFailed(row: RepositoryRow, error: SampanError): Promise<void>;
  prunePassed(row: RepositoryRow): Promise<void>;
}

export interface RepositoryParts {
  database: Database;
  changes: Changes;
  sealer: Sealer;
  accesses: RepositoryAccesses;
  states: RepositoryStates;
  news: RepositoryNews;
}

function inputOf(context: OperationContext): { repositoryId: string } {
  return context.input as { repositoryId: string };
}

/** Does the work of one step and keeps what it says about the repository. */
async function reaching<T>(
  parts: RepositoryParts,
  context: OperationContext,
  work: (opened: { row: RepositoryRow; access: RepositoryAccess }) => Promise<T>,
): Promise<T> {
  const { repositoryId } = inputOf(context);
  const opened = await parts.accesses.open(repositoryId);
  try {
    const done = await work(opened);
    await parts.states.reached(opened.row);
    return done;
  } catch (error) {
    await parts.states.failed(repositoryId, error, context.signal);
    throw error;
  }
}

function alreadyThere(): SampanError {
  return new SampanError('repository_exists', 'There is a repository in this folder already, with another password.', {
    hint: 'Choose another folder, or tell Sampan the password of what is there: sampan repository set-password.',
  });
}

/** Makes the repository, or opens the one that is adopted. Broken off and done again, it finds its own. */
export function createKind(parts: RepositoryParts): OperationKind {
  async function make(access: RepositoryAccess, adopt: boolean, signal: AbortSignal) {
    try {
      return await openRepository(access, { signal });
    } catch (thrown) {
      const { code } = toSampanError(thrown);
      if (!adopt && code === 'wrong_repository_password') throw alreadyThere();
      if (adopt || code !== 'repository_not_found') throw thrown;
      return createRepository(access, { signal });
    }
  }
  return {
    kind: CREATE_KIND,
    steps: ['create'],
    run: (context) =>
      context.step('create', () =>
        reaching(parts, context, async ({ row, access }) => {
          const { adopt } = context.input as { adopt: boolean };
          const config = await make({ ...access, appendOnly: false }, adopt, context.signal);
          await parts.states.write(row.id, { state: 'ready', error: null, restic_id: config.id });
          return { resticId: config.id, version: config.version };
        }),
      ),
  };
}

/** Checks the structure and reads a part of the data back; over the weeks each part has its turn. */
export function checkKind(parts: RepositoryParts): OperationKind {
  return {
    kind: CHECK_KIND,
    steps: ['check'],
    run: (context) =>
      context.step('check', () =>
        reaching(parts, context, async ({ row, access }) => {
          const { readDataPercent: asked } = context.input as { readDataPercent?: number };
          const readDataPercent = asked ?? maintenanceOf(row).check.readDataPercent;
          const readData = readDataPercent >= 100 ? 'all' : readDataPercent > 0 ? `${readDataPercent}%` : undefined;
          let known: string | null = null;
          const { isSound, problems } = await whenUnlocked(context, access, async () => {
            known = (await readRepository(parts.database.query, row.id)).damage;
            return checkRepository(access, {
              signal: context.signal,
              readData,
              onLine: (line) => void context.stepMessage(line.slice(0, 200)).catch(() => undefined),
            });
          });
          const kept = problems.slice(0, MOST_PROBLEMS);
          const verdict = await parts.states.checked(
            row.id,
            { isSound, problems: kept, readDataPercent },
            { known, operationId: context.operationId },
          );
          if (verdict === 'kept') {
            const part = readDataPercent === 0 ? 'The structure' : `What was read (${readDataPercent}% of the data)`;
            await context.log(
              'warning',
              `${part} is sound, which says nothing of the damage that was found before or meanwhile: only a check that reads all data after it does.`,
            );
          }
          if (verdict === 'mended') await parts.news.checkPassed(row);
          if (isSound) return { isSound, problems: 0 };
          await parts.news.checkFailed(row, kept);
          for (const problem of kept) await context.log('error', problem);
          const { code, message, hint } = REPOSITORY_DAMAGED;
          throw new FailedWithResult({ isSound, problems: kept }, code, message, { hint });
        }),
      ),
    async ended(change, row) {
      const error = fromJsonOrNull<{ code: string }>(row.error);
      const { repositoryId } = fromJson<{ repositoryId: string }>(row.input);
      if (row.actor_kind === 'system' && error?.code === 'repository_locked') await putOffCheck(change, repositoryId);
    },
  };
}

/** Removes what no backup needs. A failure is kept where people see it: a repository that never shrinks fills its storage. */
export function pruneKind(parts: RepositoryParts): OperationKind {
  return {
    kind: PRUNE_KIND,
    steps: ['prune'],
    run: (context) =>
      context.step('prune', () =>
        reaching(parts, context, async ({ row, access }) => {
          const { maximumUnusedPercent } = maintenanceOf(row).prune;
          try {
            await whenUnlocked(context, access, () =>
              pruneRepository(access, {
                signal: context.signal,
                maximumUnused: `${maximumUnusedPercent}%`,
                onLine: (line) => void context.stepMessage(line.slice(0, 200)).catch(() => undefined),
              }),
            );
          } catch (thrown) {
            if (!context.signal.aborted) {
              const error = toSampanError(thrown);
              await parts.states.write(row.id, { prune_error: storedError(error) });
              await parts.news.pruneFailed(row, error);
            }
            throw thrown;
          }
          await parts.states.write(row.id, { pruned_at: Date.now(), prune_error: null });
          if (row.prune_error !== null) await parts.news.prunePassed(row);
          return {};
        }),
      ),
  };
}

/** Takes away the locks whose owners are gone. */
export function unlockKind(parts: RepositoryParts): OperationKind {
  return {
    kind: UNLOCK_KIND,
    steps: ['unlock'],
    run: (context) =>
      context.step('unlock', () =>
        reaching(parts, context, async ({ access }) => {
          const { listLocks, removeStaleLocks } = await import('@sampan/backup');
          const before = await listLocks(access, { signal: context.signal });
          await removeStaleLocks(access, { signal: context.signal });
          const after = await listLocks(access, { signal: context.signal });
          return { removed: before.length - after.length, left: after.length };
        }),
      ),
  };
}

/**
 * Gives the repository a new password. The new one is sealed and saved before restic hears of it, and takes the place of the old one
 * only when it opens the repository: broken off anywhere, one of the two does, and the next run finds out which.
 */
export function passwordKind(parts: RepositoryParts): OperationKind {
  const { database, changes, sealer } = parts;
  return {
    kind: PASSWORD_KIND,
    steps: ['change', 'verify'],
    run: async (context) => {
      const { repositoryId } = inputOf(context);
      const { signal } = context;
      const { next } = await openPasswords(database.query, sealer, repositoryId);
      if (next === null) throw new SampanError('internal_error', 'the new password was not saved');
      const opens = async (password: string): Promise<boolean> => {
        const { access } = await parts.accesses.open(repositoryId, { password });
        try {
          await openRepository(access, { signal });
          return true;
        } catch (error) {
          if (toSampanError(error).code === 'wrong_repository_password') return false;
          throw error;
        }
      };
      await context.step('change', () =>
        reaching(parts, context, async ({ access }) => {
          if (await opens(next)) return;
          await whenUnlocked(context, access, () => changePassword({ ...access, appendOnly: false }, next, { signal }));
        }),
      );
      await context.step('verify', async () => {
        if (!(await opens(next))) {
          throw new SampanError('wrong_repository_password', 'The new password does not open the repository.', {
            hint: 'The old one is kept. Try again.',
          });
        }
        await changes.run(async (change) => {
          await savePassword(change.db, sealer, repositoryId, 'password', next);
          await dropNextPassword(change.db, repositoryId);
          change.event({ kind: 'repository', id: repositoryId, action: 'changed' });
        });
      });
      return {};
    },
  };
}
