import { useQuery } from '@tanstack/react-query';
import { Input, Segmented, Select } from 'antd';
import { useId } from 'react';
import { formatDateTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { nextRunsQuery } from './plan-api.ts';
import {
  INTERVAL_UNITS,
  type IntervalUnit,
  SCHEDULE_MODES,
  type ScheduleDraft,
  type ScheduleMode,
  scheduleOf,
  scheduleProblem,
} from './schedule-draft.ts';
import { weekdayName } from './use-schedule-text.ts';

interface ScheduleFieldsProps {
  legend: string;
  draft: ScheduleDraft;
  onChange: (draft: ScheduleDraft) => void;
  problem: string | undefined;
  jitterMinutes?: number;
  /** Of drills the time zone is that of the plan. */
  hidesTimeZone?: boolean;
  testId: string;
}

const ZONES = Intl.supportedValuesOf('timeZone');
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** When something runs by itself, with the next times as they would be. */
export function ScheduleFields(props: ScheduleFieldsProps) {
  const { legend, draft, onChange, problem, testId } = props;
  const { t } = useTexts();
  const { locale } = useTexts();
  const labelId = useId();
  const change = (more: Partial<ScheduleDraft>) => onChange({ ...draft, ...more });
  const { mode } = draft;
  const hasTimes = mode === 'daily' || mode === 'weekdays';
  const hasZone = (hasTimes || mode === 'cron') && !props.hidesTimeZone;
  return (
    <fieldset
      className={problem ? 'field field-wrong plain-fieldset' : 'field plain-fieldset'}
      aria-labelledby={labelId}
    >
      <span className="field-label" id={labelId}>
        {legend}
      </span>
      <div className="schedule-modes">
        <Segmented<ScheduleMode>
          value={mode}
          options={SCHEDULE_MODES.map((value) => ({ value, label: t(`scheduleModes.${value}`) }))}
          onChange={(next) => change({ mode: next })}
          aria-labelledby={labelId}
          data-testid={testId}
        />
      </div>
      {mode === 'weekdays' && (
        <div className="flow weekday-list">
          {WEEKDAYS.map((day) => {
            const isOn = draft.weekdays.includes(day);
            return (
              <button
                key={day}
                type="button"
                className={isOn ? 'weekday weekday-on' : 'weekday'}
                aria-pressed={isOn}
                onClick={() =>
                  change({ weekdays: isOn ? draft.weekdays.filter((each) => each !== day) : [...draft.weekdays, day] })
                }
              >
                {weekdayName(day, locale)}
              </button>
            );
          })}
        </div>
      )}
      <div className="flow">
        {hasTimes && (
          <Input
            className="schedule-times"
            aria-label={t('plans.times')}
            placeholder="02:30, 14:30"
            value={draft.times}
            onChange={(event) => change({ times: event.target.value })}
            data-testid={`${testId}-times`}
          />
        )}
        {mode === 'interval' && (
          <>
            <Input
              className="schedule-amount"
              inputMode="decimal"
              aria-label={t('plans.interval')}
              value={draft.amount}
              onChange={(event) => change({ amount: event.target.value })}
              data-testid={`${testId}-amount`}
            />
            <Select<IntervalUnit>
              aria-label={t('plans.unit')}
              value={draft.unit}
              options={(Object.keys(INTERVAL_UNITS) as IntervalUnit[]).map((value) => ({
                value,
                label: t(`intervalUnits.${value}`),
              }))}
              onChange={(unit) => change({ unit })}
            />
          </>
        )}
        {mode === 'cron' && (
          <Input
            className="schedule-cron mono"
            aria-label={t('plans.cron')}
            value={draft.expression}
            onChange={(event) => change({ expression: event.target.value })}
            data-testid={`${testId}-cron`}
          />
        )}
        {hasZone && (
          <Select
            className="schedule-zone"
            aria-label={t('plans.timeZone')}
            value={draft.timeZone}
            showSearch
            options={(ZONES.includes(draft.timeZone) ? ZONES : [draft.timeZone, ...ZONES]).map((value) => ({ value }))}
            onChange={(timeZone: string) => change({ timeZone })}
            data-testid={`${testId}-zone`}
          />
        )}
      </div>
      {problem && (
        <div className="field-error" role="alert">
          {problem}
        </div>
      )}
      <NextRuns draft={draft} jitterMinutes={props.jitterMinutes ?? 0} testId={testId} />
    </fieldset>
  );
}

function NextRuns({ draft, jitterMinutes, testId }: { draft: ScheduleDraft; jitterMinutes: number; testId: string }) {
  const { t, locale } = useTexts();
  const isAsked = draft.mode !== 'manual' && scheduleProblem(draft) === null;
  const next = useQuery({ ...nextRunsQuery(scheduleOf(draft), jitterMinutes), enabled: isAsked });
  const hasZone = draft.mode !== 'interval';
  if (draft.mode === 'manual') return <div className="field-help">{t('plans.manualHelp')}</div>;
  return (
    <div className="field-help next-runs" data-testid={`${testId}-next`} aria-live="polite">
      {isAsked && next.error && <span className="field-error">{next.error.message}</span>}
      {isAsked && next.data && !next.error && (
        <>
          {t('plans.nextRuns')}{' '}
          {next.data.items
            .slice(0, 3)
            .map((time) => formatDateTime(time, locale, hasZone ? draft.timeZone : undefined))
            .join(' · ')}
        </>
      )}
    </div>
  );
}
