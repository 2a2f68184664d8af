import { Button } from 'antd';
import type { Instance } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { ACTION_ICONS } from './action-buttons.tsx';
import { useActionDialog } from './action-dialog-context.tsx';
import { canDo, INSTANCE_ACTIONS } from './instance-actions.ts';

/** What can be done with the selected rows. */
export function BulkActions({ selected, onClear }: { selected: readonly Instance[]; onClear: () => void }) {
  const { t } = useTexts();
  const may = usePermission();
  const ask = useActionDialog();
  if (selected.length === 0) return null;
  return (
    <div className="bulk-actions" data-testid="bulk-actions">
      <span className="number" role="status">
        {t('common.selected', { count: selected.length })}
      </span>
      {INSTANCE_ACTIONS.filter((action) => may(`instance:${action}`)).map((action) => {
        const Icon = ACTION_ICONS[action];
        return (
          <Button
            key={action}
            icon={<Icon />}
            disabled={!selected.some((instance) => canDo(instance, action))}
            onClick={() => ask(action, selected)}
            data-testid={`bulk-${action}`}
          >
            {t(`instances.${action}`)}
          </Button>
        );
      })}
      <Button type="text" onClick={onClear}>
        {t('common.clearSelection')}
      </Button>
    </div>
  );
}
