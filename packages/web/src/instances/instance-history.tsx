import { useQuery } from '@tanstack/react-query';
import { toErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { operationsQuery } from '../operations/operation-api.ts';
import { OperationCard } from '../operations/operation-card.tsx';
import { usePermission } from '../session/use-session.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';

/** What was done with the instance through Sampan. */
export function InstanceHistory({ instanceId }: { instanceId: string }) {
  const { t } = useTexts();
  const enabled = usePermission()('operation:read');
  const history = useQuery({
    ...operationsQuery({ targetId: instanceId, limit: 10 }),
    placeholderData: undefined,
    enabled,
  });
  if (!enabled) return null;
  return (
    <section className="stack-tight">
      <h3>{t('instances.history')}</h3>
      {history.error && <ErrorLine error={toErrorRecord(history.error)} />}
      {history.data?.items.length === 0 && <p className="quiet">{t('instances.historyEmpty')}</p>}
      {history.data?.items.map((operation) => (
        <OperationCard key={operation.id} operation={operation} withTarget={false} inFull />
      ))}
    </section>
  );
}
