import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { toErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { CloseIcon } from '../ui/icons.tsx';
import { latestOperationsQuery, unfinishedOperationsQuery } from './operation-api.ts';
import { OperationCard } from './operation-card.tsx';
import { mergeOperations } from './operation-list.ts';
import { unfinishedCount } from './operation-state.ts';
import './operations-drawer.css';

/** More than so many at work are shown in short, so that all of them are in sight. */
const SHOWN_IN_FULL = 2;

/** What is going on and what was done lately, beside the page and never over it: one goes on working meanwhile. */
export function OperationsDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTexts();
  return (
    <aside className="operations-drawer" aria-label={t('operations.drawerTitle')} data-testid="operations-drawer">
      <div className="operations-drawer-head">
        <h2>{t('operations.drawerTitle')}</h2>
        <Link to="/operations">{t('operations.all')}</Link>
        <IconButton label={t('common.close')} icon={CloseIcon} onClick={onClose} testId="operations-drawer-close" />
      </div>
      <DrawerContent />
    </aside>
  );
}

function DrawerContent() {
  const { t } = useTexts();
  const enabled = usePermission()('operation:read');
  const unfinished = useQuery({ ...unfinishedOperationsQuery, enabled });
  const latest = useQuery({ ...latestOperationsQuery, enabled });
  const operations = mergeOperations(unfinished.data?.items ?? [], latest.data?.items ?? []);
  const count = unfinishedCount(operations);
  const error = latest.error ?? unfinished.error;
  return (
    <div className="operation-list">
      {error && <ErrorNotice error={toErrorRecord(error)} onRetry={() => latest.refetch()} />}
      {latest.data && operations.length > 0 && (
        <p className="quiet" role="status">
          {count === 0 ? t('operations.noneRunning') : t('operations.running', { count })}
        </p>
      )}
      {latest.data && operations.length === 0 && <EmptyState text={t('operations.empty')} />}
      {operations.map((operation) => (
        <OperationCard key={operation.id} operation={operation} withTarget inFull={count <= SHOWN_IN_FULL} />
      ))}
    </div>
  );
}
