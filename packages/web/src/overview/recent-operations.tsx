import { Link } from '@tanstack/react-router';
import { toErrorRecord } from '../api/problem.ts';
import type { Operation } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { OperationStateChip } from '../operations/operation-state-chip.tsx';
import { TargetLink } from '../operations/target-link.tsx';
import { Ago } from '../ui/ago.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';

const SHOWN = 8;

export function RecentOperations({
  operations,
  error,
}: {
  operations: readonly Operation[] | undefined;
  error: Error | null;
}) {
  const { t, word } = useTexts();
  return (
    <section className="card stack" aria-labelledby="overview-operations">
      <div className="flow flow-between">
        <h2 id="overview-operations">{t('overview.recent')}</h2>
        <Link to="/operations">{t('operations.all')}</Link>
      </div>
      {error && <ErrorLine error={toErrorRecord(error)} />}
      {operations?.length === 0 && <p className="quiet">{t('operations.empty')}</p>}
      <ul className="overview-list">
        {operations?.slice(0, SHOWN).map((operation) => (
          <li key={operation.id} className="flow flow-between">
            <span>
              {word('operationKinds', operation.kind)} <TargetLink operation={operation} />
            </span>
            <span className="flow">
              <span className="quiet">
                <Ago time={operation.createdAt} />
              </span>
              <OperationStateChip state={operation.state} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
