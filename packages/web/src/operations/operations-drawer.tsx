import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Drawer } from 'antd';
import { toErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.ts';
import { usePermission } from '../session/use-session.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { latestOperationsQuery, unfinishedOperationsQuery } from './operation-api.ts';
import { OperationCard } from './operation-card.tsx';
import { mergeOperations } from './operation-list.ts';
import { unfinishedCount } from './operation-state.ts';

/** What is going on and what was done lately; stays open while one goes on working beside it. */
export function OperationsDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Drawer
      open={open}
      title={t('operations.drawerTitle')}
      size={440}
      mask={false}
      onClose={onClose}
      autoFocus={false}
      focusable={{ trap: false }}
      extra={
        <Link to="/operations" onClick={onClose}>
          {t('operations.all')}
        </Link>
      }
      data-testid="operations-drawer"
    >
      <DrawerContent />
    </Drawer>
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
    <div className="operation-list" data-testid="operations-drawer-list">
      {error && <ErrorNotice error={toErrorRecord(error)} onRetry={() => latest.refetch()} />}
      {latest.data && operations.length > 0 && (
        <p className="quiet" role="status">
          {count === 0 ? t('operations.noneRunning') : t('operations.running', { count })}
        </p>
      )}
      {latest.data && operations.length === 0 && <EmptyState text={t('operations.empty')} />}
      {operations.map((operation) => (
        <OperationCard key={operation.id} operation={operation} withTarget />
      ))}
    </div>
  );
}
