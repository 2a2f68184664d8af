import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { Operation } from '../api/resources.ts';
import { formatClock } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';
import { operationLogQuery } from './operation-api.ts';

/** The log, read when it is asked for and again with every change of the operation. */
export function OperationLog({ operation }: { operation: Operation }) {
  const { t, locale } = useTexts();
  const client = useQueryClient();
  const query = operationLogQuery(operation.id);
  const log = useQuery(query);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new revision is what makes the log outdated
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ['operations', 'log', operation.id] });
  }, [client, operation.id, operation.revision]);
  if (log.error) return <ErrorLine error={toErrorRecord(log.error)} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <pre className="operation-log" tabIndex={0} role="log" aria-label={t('operations.log')}>
      {!log.data && t('common.loading')}
      {log.data?.items.length === 0 && t('operations.logEmpty')}
      {log.data?.items.map((entry) => (
        <div key={entry.sequence} className={`log-${entry.level}`}>
          <span className="quiet">{formatClock(entry.time, locale)}</span> {entry.message}
        </div>
      ))}
    </pre>
  );
}
