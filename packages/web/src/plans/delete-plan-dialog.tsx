import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { Plan } from '../api/backup-resources.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { NamedConfirm } from '../ui/named-confirm.tsx';
import { deletePlan } from './plan-api.ts';

interface DeletePlanDialogProps {
  plan: Plan;
  onClose: () => void;
  onDeleted?: () => void;
}

export function DeletePlanDialog({ plan, onClose, onDeleted }: DeletePlanDialogProps) {
  const { t } = useTexts();
  const client = useQueryClient();
  const { message } = App.useApp();
  const { name } = plan;
  const remove = async () => {
    await deletePlan(plan);
    message.success(t('plans.deleted', { name }));
    onDeleted?.();
    await client.invalidateQueries({ queryKey: queryKeys.lists('plans') });
  };
  return (
    <NamedConfirm
      title={t('plans.deleteTitle', { name })}
      name={name}
      actionLabel={t('common.delete')}
      onConfirm={remove}
      onClose={onClose}
    >
      {t('plans.deleteText', { repository: plan.repositoryName })}
    </NamedConfirm>
  );
}
