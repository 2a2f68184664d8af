import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ApiError, toErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { OperationCard } from '../operations/operation-card.tsx';
import { isUnfinished } from '../operations/operation-state.ts';
import { operationQuery } from '../plans/plan-api.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';

/** The operation that makes the list of files, when that is why there is none. */
export function indexingOperation(error: unknown): string | null {
  if (!(error instanceof ApiError) || error.code !== 'not_indexed') return null;
  return typeof error.parameters.operation === 'string' ? error.parameters.operation : null;
}

/** Why files cannot be shown; while their list is being made, how far that is, and then it is tried again. */
export function FilesError({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const id = indexingOperation(error);
  return id === null ? (
    <ErrorNotice error={toErrorRecord(error)} onRetry={onRetry} />
  ) : (
    <Indexing id={id} onEnd={onRetry} />
  );
}

function Indexing({ id, onEnd }: { id: string; onEnd: () => void }) {
  const { t } = useTexts();
  const operation = useQuery({ ...operationQuery(id), refetchInterval: 2000 });
  const state = operation.data?.state;
  const hasEnded = state !== undefined && !isUnfinished(state);
  const isDone = state === 'succeeded';
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it ended
  useEffect(() => {
    if (isDone) onEnd();
  }, [isDone]);
  return (
    <section className="card stack" data-testid="not-indexed">
      <p>{t('backups.indexing')}</p>
      {operation.data && <OperationCard operation={operation.data} withTarget={false} inFull />}
      {hasEnded && !isDone && operation.data?.error && <ErrorNotice error={operation.data.error} onRetry={onEnd} />}
    </section>
  );
}
