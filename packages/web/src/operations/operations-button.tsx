import { useQuery } from '@tanstack/react-query';
import { Badge, Button } from 'antd';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { OperationIcon } from '../ui/icons.tsx';
import { unfinishedOperationsQuery } from './operation-api.ts';
import { unfinishedCount } from './operation-state.ts';

/** Opens the drawer; shows how many operations have something before them. */
export function OperationsButton({ open, onClick }: { open: boolean; onClick: () => void }) {
  const { t } = useTexts();
  const may = usePermission();
  const allowed = may('operation:read');
  const operations = useQuery({ ...unfinishedOperationsQuery, enabled: allowed });
  if (!allowed) return null;
  const count = unfinishedCount(operations.data?.items ?? []);
  return (
    <Badge count={count} size="small" offset={[-6, 6]} color="var(--accent)">
      <Button
        type="text"
        icon={<OperationIcon />}
        aria-label={t('nav.operationsButton', { count })}
        aria-expanded={open}
        title={t('nav.operationsButton', { count })}
        onClick={onClick}
        data-testid="operations-button"
        data-running={count}
      >
        <span className="header-wide">{t('nav.operations')}</span>
      </Button>
    </Badge>
  );
}
