import { Button, Input, Switch } from 'antd';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Plan } from '../api/backup-resources.ts';
import { ApiError, type ErrorRecord, toErrorRecord } from '../api/problem.ts';
import { planCommands } from '../commands/plan-commands.ts';
import { VersionConflict } from '../driver-form/version-conflict.tsx';
import { useTexts } from '../i18n/use-texts.tsx';
import { Equivalent } from '../ui/equivalent.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { AdvancedFields } from './advanced-fields.tsx';
import { createPlan, updatePlan } from './plan-api.ts';
import { comparedFields, comparedTexts } from './plan-differences.ts';
import { planEdit, planInput } from './plan-input.ts';
import { RetentionFields } from './retention-fields.tsx';
import { ScheduleFields } from './schedule-fields.tsx';
import { SourceFields, SourceRules } from './source-fields.tsx';
import { usePlanForm } from './use-plan-form.ts';
import { WhereField } from './where-field.tsx';

interface PlanFormProps {
  /** Null to make one. */
  plan: Plan | null;
  onChanged: (changed: boolean) => void;
  onReload: (plan: Plan) => void;
  onSaved: (plan: Plan, hasNewRepository: boolean) => void;
}

/** What, where and when; the rest is folded away. */
export function PlanForm({ plan, onChanged, onReload, onSaved }: PlanFormProps) {
  const { t } = useTexts();
  const form = usePlanForm(plan);
  const { draft, set, problemAt } = form;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorRecord | null>(null);
  const [conflict, setConflict] = useState<Plan | null>(null);
  const element = useRef<HTMLFormElement>(null);
  const conflictPlace = useRef<HTMLDivElement>(null);
  const errorPlace = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (conflict) conflictPlace.current?.scrollIntoView({ block: 'center' });
  }, [conflict]);
  useEffect(() => {
    if (error) errorPlace.current?.scrollIntoView({ block: 'center' });
  }, [error]);
  useEffect(() => onChanged(form.changed), [form.changed, onChanged]);

  // After the next draw, when the fields that are wrong are marked; what is folded away is opened by then.
  const goToProblem = () =>
    requestAnimationFrame(() => {
      const find = (selector: string) => element.current?.querySelector<HTMLElement>(selector);
      // A group has no input of its own that could be marked.
      const wrong = find('[aria-invalid="true"]') ?? find('.field-wrong');
      wrong?.scrollIntoView({ block: 'center' });
      wrong?.focus();
    });
  const save = async (revision: number | undefined) => {
    if (busy) return;
    if (!form.check()) return void goToProblem();
    setBusy(true);
    setError(null);
    try {
      const saved =
        plan && revision !== undefined
          ? await updatePlan(plan.id, revision, planEdit(draft))
          : await createPlan(planInput(draft), form.idempotencyKey);
      onChanged(false);
      onSaved(saved, plan === null && draft.where.startsWith('storage:'));
    } catch (thrown) {
      setBusy(false);
      const refused = toErrorRecord(thrown);
      if (refused instanceof ApiError && refused.code === 'revision_mismatch' && refused.current)
        setConflict(refused.current as Plan);
      else if (form.refuse(refused)) goToProblem();
      else setError(refused);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(plan?.revision);
  };
  return (
    <form className="stack plan-form" ref={element} onSubmit={submit} noValidate>
      <Field label={t('common.name')} required error={problemAt('name')}>
        {(input) => (
          <Input
            {...input}
            autoFocus
            autoComplete="off"
            maxLength={100}
            placeholder={t('plans.namePlaceholder')}
            value={draft.name}
            onChange={(event) => set({ name: event.target.value })}
            data-testid="plan-form-name"
          />
        )}
      </Field>
      <SourceFields form={form} />
      <WhereField form={form} plan={plan} />
      <ScheduleFields
        legend={t('plans.when')}
        draft={draft.schedule}
        onChange={(schedule) => set({ schedule })}
        problem={problemAt('schedule', 'timeZone')}
        jitterMinutes={Number(draft.jitterMinutes) || 0}
        testId="plan-schedule"
      />
      <div className="plan-folds">
        <SourceRules form={form} />
        <RetentionFields form={form} plan={plan} />
        <AdvancedFields form={form} plan={plan} />
      </div>
      <div ref={conflictPlace}>
        {conflict && plan && (
          <VersionConflict
            noun="plan"
            title={t('plans.conflictTitle')}
            fields={comparedFields((name) => t(`plans.${name}`))}
            current={{ name: conflict.name, options: comparedTexts(conflict) }}
            name={draft.name.trim()}
            options={comparedTexts(planEdit(draft))}
            onReload={() => onReload(conflict)}
            onOverwrite={() => {
              setConflict(null);
              void save(conflict.revision);
            }}
          />
        )}
      </div>
      <div ref={errorPlace}>{error && <ErrorNotice error={error} testId="plan-form-error" />}</div>
      <Equivalent {...planCommands(plan, plan ? planEdit(draft) : planInput(draft), location.origin)} />
      <div className="flow form-actions">
        <Button type="primary" htmlType="submit" loading={busy} data-testid="plan-save">
          {plan ? t('common.save') : t('plans.make')}
        </Button>
        {!plan && (
          // biome-ignore lint/a11y/noLabelWithoutControl: the switch is the control
          <label className="flow">
            <Switch
              size="small"
              checked={draft.runNow}
              onChange={(runNow) => set({ runNow })}
              data-testid="plan-run-now"
            />
            {t('plans.runFirstNow')}
          </label>
        )}
      </div>
    </form>
  );
}
