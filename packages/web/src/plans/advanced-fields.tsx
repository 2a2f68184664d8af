import { Checkbox, Input, Segmented, Select } from 'antd';
import type { Plan } from '../api/backup-resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Field } from '../ui/field.tsx';
import { Fold } from './fold.tsx';
import { HookFields } from './hook-fields.tsx';
import { LIMIT_KEYS, type PlanDraft } from './plan-input.ts';
import { scheduleOf } from './schedule-draft.ts';
import { ScheduleFields } from './schedule-fields.tsx';
import type { PlanFormState } from './use-plan-form.ts';
import { useScheduleText } from './use-schedule-text.ts';
import { useWhereOptions } from './where-field.tsx';

/** What most plans do not need: objective, mirrors, drills, speed, hooks and tags. */
export function AdvancedFields({ form, plan }: { form: PlanFormState; plan: Plan | null }) {
  return (
    <>
      <ObjectiveFields form={form} />
      <MirrorFields form={form} plan={plan} />
      <DrillFields form={form} />
      <SpeedFields form={form} />
      <HookFields form={form} />
      <MoreFields form={form} />
    </>
  );
}

interface PartProps {
  form: PlanFormState;
}

function ObjectiveFields({ form }: PartProps) {
  const { t } = useTexts();
  const { draft, set, problemAt } = form;
  const problem = problemAt('objectiveMinutes');
  const summary = {
    usual: t('plans.objectiveUsual'),
    none: t('plans.noObjective'),
    hours: t('plans.objectiveHoursOf', { hours: draft.objectiveHours }),
  }[draft.objective];
  return (
    <Fold title={t('plans.objective')} summary={summary} isWrong={problem !== undefined} testId="plan-fold-objective">
      <p className="quiet">{t('plans.objectiveHelp')}</p>
      <Segmented<PlanDraft['objective']>
        value={draft.objective}
        options={[
          { value: 'usual', label: t('plans.objectiveUsual') },
          { value: 'hours', label: t('plans.objectiveHours') },
          { value: 'none', label: t('plans.noObjective') },
        ]}
        onChange={(objective) => set({ objective })}
        aria-label={t('plans.objective')}
      />
      {draft.objective === 'hours' && (
        <Field label={t('plans.objectiveHours')} required error={problem}>
          {(input) => (
            <Input
              {...input}
              className="schedule-amount"
              inputMode="decimal"
              value={draft.objectiveHours}
              onChange={(event) => set({ objectiveHours: event.target.value })}
              data-testid="plan-objective"
            />
          )}
        </Field>
      )}
    </Fold>
  );
}

function MirrorFields({ form, plan }: PartProps & { plan: Plan | null }) {
  const { t } = useTexts();
  const { draft, set, problemAt } = form;
  const own = plan ? `repository:${plan.repositoryId}` : draft.where;
  const known = plan?.mirrors.map((mirror) => `repository:${mirror.repositoryId}`) ?? [];
  const options = useWhereOptions().map((group) => ({
    ...group,
    // A mirror on the storage of the plan itself would be lost with it; one that is there may stay.
    options: group.options.filter(({ value }) => value !== own || known.includes(value)),
  }));
  return (
    <Fold
      title={t('plans.mirrors')}
      summary={draft.mirrors.length === 0 ? t('common.none') : String(draft.mirrors.length)}
      isWrong={problemAt('mirrors') !== undefined}
      testId="plan-fold-mirrors"
    >
      <Field label={t('plans.mirrors')} help={t('plans.mirrorsHelp')} error={problemAt('mirrors')}>
        {(input) => (
          <Select
            {...input}
            mode="multiple"
            value={[...draft.mirrors]}
            placeholder={t('common.none')}
            options={options}
            onChange={(mirrors: string[]) => set({ mirrors })}
            data-testid="plan-mirrors"
          />
        )}
      </Field>
    </Fold>
  );
}

function DrillFields({ form }: PartProps) {
  const { t } = useTexts();
  const { draft, set, problemAt } = form;
  const scheduleText = useScheduleText();
  const problem = problemAt('drill.schedule');
  return (
    <Fold
      title={t('plans.drills')}
      summary={scheduleText(scheduleOf(draft.drill))}
      isWrong={problemAt('drill') !== undefined}
      testId="plan-fold-drills"
    >
      <p className="quiet">{t('plans.drillsHelp')}</p>
      <ScheduleFields
        legend={t('plans.drillSchedule')}
        draft={{ ...draft.drill, timeZone: draft.schedule.timeZone }}
        onChange={(drill) => set({ drill })}
        problem={problem}
        hidesTimeZone
        testId="plan-drill"
      />
      <Field label={t('plans.samples')} help={t('plans.samplesHelp')} required error={problemAt('drill.samples')}>
        {(input) => (
          <Input
            {...input}
            className="schedule-amount"
            inputMode="numeric"
            value={draft.samples}
            onChange={(event) => set({ samples: event.target.value })}
          />
        )}
      </Field>
    </Fold>
  );
}

function SpeedFields({ form }: PartProps) {
  const { t } = useTexts();
  const { draft, set, problemAt } = form;
  const isLimited = LIMIT_KEYS.some((key) => draft.limits[key].trim() !== '');
  return (
    <Fold
      title={t('plans.speed')}
      summary={`${t(`compressions.${draft.compression}`)} · ${isLimited ? t('plans.limited') : t('storages.noLimit')}`}
      isWrong={problemAt('limits', 'compression') !== undefined}
      testId="plan-fold-speed"
    >
      <Field label={t('plans.compression')} required>
        {({ id: _, ...input }) => (
          <Segmented
            {...input}
            value={draft.compression}
            options={(['auto', 'max', 'off'] as const).map((value) => ({ value, label: t(`compressions.${value}`) }))}
            onChange={(compression) => set({ compression })}
          />
        )}
      </Field>
      <div className="small-fields small-fields-wide">
        {LIMIT_KEYS.map((key) => (
          <Field
            key={key}
            label={t(`planLimits.${key}`)}
            help={t(`planLimitHelp.${key}`)}
            error={problemAt(`limits.${key}`)}
          >
            {(input) => (
              <Input
                {...input}
                value={draft.limits[key]}
                onChange={(event) => set({ limits: { ...draft.limits, [key]: event.target.value } })}
                data-testid={`plan-limit-${key}`}
              />
            )}
          </Field>
        ))}
      </div>
    </Fold>
  );
}

function MoreFields({ form }: PartProps) {
  const { t } = useTexts();
  const { draft, set, problemAt } = form;
  return (
    <Fold
      title={t('plans.more')}
      summary={draft.tags.join(', ')}
      isWrong={problemAt('tags', 'jitterMinutes') !== undefined}
      testId="plan-fold-more"
    >
      <Field label={t('plans.tags')} help={t('plans.tagsHelp')} error={problemAt('tags')}>
        {(input) => (
          <Select
            {...input}
            mode="tags"
            open={false}
            suffixIcon={null}
            tokenSeparators={[',', ' ']}
            value={[...draft.tags]}
            onChange={(tags: string[]) => set({ tags })}
            data-testid="plan-tags"
          />
        )}
      </Field>
      <Checkbox checked={draft.catchUp} onChange={(event) => set({ catchUp: event.target.checked })}>
        {t('plans.catchUp')}
      </Checkbox>
      <Field label={t('plans.jitter')} help={t('plans.jitterHelp')} error={problemAt('jitterMinutes')}>
        {(input) => (
          <Input
            {...input}
            className="schedule-amount"
            inputMode="numeric"
            value={draft.jitterMinutes}
            onChange={(event) => set({ jitterMinutes: event.target.value })}
          />
        )}
      </Field>
    </Fold>
  );
}
