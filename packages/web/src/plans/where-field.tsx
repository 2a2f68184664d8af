import { useQuery } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import type { Plan } from '../api/backup-resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { someRepositoriesQuery } from '../repositories/repository-api.ts';
import { usePermission } from '../session/use-session.tsx';
import { storagesQuery } from '../storages/storage-api.ts';
import { Field } from '../ui/field.tsx';
import type { PlanFormState } from './use-plan-form.ts';

/** Storages on which a repository is made, and repositories that are there. */
export function useWhereOptions() {
  const { t } = useTexts();
  const may = usePermission();
  const storages = useQuery({ ...storagesQuery, enabled: may('storage:read') });
  const repositories = useQuery({ ...someRepositoriesQuery, enabled: may('repository:read') });
  return [
    {
      label: t('plans.onStorage'),
      options: (may('repository:create') ? (storages.data?.items ?? []) : []).map((storage) => ({
        value: `storage:${storage.id}`,
        label: storage.name,
      })),
    },
    {
      label: t('plans.intoRepository'),
      options: (repositories.data?.items ?? []).map((repository) => ({
        value: `repository:${repository.id}`,
        label: `${repository.name} (${repository.storageName})`,
      })),
    },
  ].filter(({ options }) => options.length > 0);
}

/** Where backups go. Of a plan that is there it cannot be changed: its backups are there. */
export function WhereField({ form, plan }: { form: PlanFormState; plan: Plan | null }) {
  const { t } = useTexts();
  const { draft, set, problemAt } = form;
  const options = useWhereOptions();
  if (plan) {
    return (
      <div className="field">
        <span className="field-label">{t('plans.where')}</span>
        <span>
          {plan.repositoryName} <span className="quiet">{t('plans.whereFixed')}</span>
        </span>
      </div>
    );
  }
  return (
    <>
      <Field
        label={t('plans.where')}
        required
        help={t('plans.whereHelp')}
        error={problemAt('repositoryId', 'storageId')}
      >
        {(input) => (
          <Select
            {...input}
            value={draft.where || undefined}
            placeholder={t('plans.choose')}
            options={options}
            showSearch={{ optionFilterProp: 'label' }}
            onChange={(where: string) => set({ where })}
            data-testid="plan-where"
          />
        )}
      </Field>
      {draft.where.startsWith('storage:') && (
        <Field label={t('plans.folder')} help={t('plans.folderHelp')} error={problemAt('folder')}>
          {(input) => (
            <Input
              {...input}
              autoComplete="off"
              maxLength={500}
              value={draft.folder}
              onChange={(event) => set({ folder: event.target.value })}
              data-testid="plan-folder"
            />
          )}
        </Field>
      )}
    </>
  );
}
