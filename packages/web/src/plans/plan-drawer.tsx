import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App, Drawer } from 'antd';
import { useState } from 'react';
import type { Plan } from '../api/backup-resources.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useUnsavedGuard } from '../driver-form/use-unsaved-guard.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { PlanForm } from './plan-form.tsx';
import './plans.css';

/** Makes a plan, or edits the one that the drawer was opened with: events must not change what one edits. */
export function PlanDrawer({ plan: opened, onClose }: { plan: Plan | null; onClose: () => void }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [plan, setPlan] = useState(opened);
  const { close, onChanged } = useUnsavedGuard(onClose);
  const saved = (made: Plan, hasNewRepository: boolean) => {
    client.setQueryData(queryKeys.one('plans', made.id), made);
    for (const kind of ['plans', 'repositories', 'storages'] as const)
      void client.invalidateQueries({ queryKey: queryKeys.lists(kind) });
    message.success(plan ? t('plans.saved', { name: made.name }) : t('plans.created', { name: made.name }));
    if (plan) return onClose();
    void navigate({
      to: '/plans/$id',
      params: { id: made.id },
      search: hasNewRepository ? { notice: 'sheet' as const } : {},
    });
  };
  return (
    <Drawer
      open
      size={720}
      title={plan ? t('plans.edit', { name: plan.name }) : t('plans.add')}
      onClose={close}
      mask={{ closable: false }}
      data-testid="plan-drawer"
    >
      <PlanForm key={plan?.revision ?? 0} plan={plan} onChanged={onChanged} onReload={setPlan} onSaved={saved} />
    </Drawer>
  );
}
