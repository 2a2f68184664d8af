import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useDeferredValue, useMemo, useState } from 'react';
import { type Plan, RETENTION_KEYS, type RetentionVerdict } from '../api/backup-resources.ts';
import { toErrorRecord } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { Fold } from './fold.tsx';
import { retentionQuery } from './plan-api.ts';
import { retentionOf } from './plan-input.ts';
import { type CalendarMonth, retentionCalendar, retentionTotals } from './retention-calendar.ts';
import { scheduleOf, scheduleProblem } from './schedule-draft.ts';
import type { PlanFormState } from './use-plan-form.ts';
import { useRetentionText } from './use-retention-text.ts';
import { weekdayName } from './use-schedule-text.ts';

/** How many backups are kept, with the calendar of what that means. */
export function RetentionFields({ form, plan }: { form: PlanFormState; plan: Plan | null }) {
  const { t } = useTexts();
  const { draft, set, problemAt } = form;
  const retentionText = useRetentionText();
  const retention = retentionOf(draft.retention);
  return (
    <Fold
      title={t('plans.retention')}
      summary={retentionText(retention)}
      isWrong={problemAt('retention') !== undefined}
      testId="plan-fold-retention"
    >
      <p className="quiet">{t('plans.retentionHelp')}</p>
      <div className="small-fields">
        {RETENTION_KEYS.map((key) => (
          <Field key={key} label={t(`retentionKeys.${key}`)} error={problemAt(`retention.${key}`)}>
            {(input) => (
              <Input
                {...input}
                inputMode="numeric"
                value={draft.retention[key]}
                onChange={(event) => set({ retention: { ...draft.retention, [key]: event.target.value } })}
                data-testid={`plan-retention-${key}`}
              />
            )}
          </Field>
        ))}
      </div>
      {scheduleProblem(draft.schedule) === null && (
        <RetentionPreview
          wish={{
            ...(plan && { planId: plan.id }),
            schedule: scheduleOf(draft.schedule),
            retention,
            timeZone: draft.schedule.timeZone,
          }}
        />
      )}
    </Fold>
  );
}

const SHOWN_MONTHS = 6;

function RetentionPreview({ wish }: { wish: Parameters<typeof retentionQuery>[0] }) {
  const { t } = useTexts();
  const preview = useQuery(retentionQuery(useDeferredValue(wish)));
  const [all, setAll] = useState(false);
  const verdicts = preview.data?.items;
  const months = useMemo(() => retentionCalendar(verdicts ?? [], wish.timeZone), [verdicts, wish.timeZone]);
  if (preview.error) return <ErrorLine error={toErrorRecord(preview.error)} />;
  if (!verdicts) return <div className="retention-preview" aria-busy="true" />;
  if (verdicts.length === 0) return <p className="quiet">{t('plans.retentionNothing')}</p>;
  const { kept, gone } = retentionTotals(verdicts);
  return (
    <section
      className="retention-preview stack"
      aria-label={t('plans.retentionPreview')}
      data-testid="retention-preview"
    >
      <p>
        {wish.planId ? t('plans.retentionOfPlan') : t('plans.retentionOfSchedule')}{' '}
        <b className="number">{t('plans.retentionTotals', { kept, gone })}</b>
      </p>
      <div className="months">
        {(all ? months : months.slice(0, SHOWN_MONTHS)).map((month) => (
          <Month key={`${month.year}-${month.month}`} month={month} />
        ))}
      </div>
      {months.length > SHOWN_MONTHS && !all && (
        <div>
          <Button size="small" onClick={() => setAll(true)}>
            {t('plans.allMonths', { count: months.length })}
          </Button>
        </div>
      )}
      <KeptList verdicts={verdicts} timeZone={wish.timeZone} />
    </section>
  );
}

function Month({ month }: { month: CalendarMonth }) {
  const { t, word, locale } = useTexts();
  const title = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    Date.UTC(month.year, month.month - 1, 1),
  );
  return (
    <div className="month">
      <div className="month-title">{title}</div>
      <div className="month-days" aria-hidden="true">
        {[1, 2, 3, 4, 5, 6, 7].map((day) => (
          <span key={day} className="month-weekday">
            {weekdayName(day, locale)
              .slice(0, locale.startsWith('zh') ? 2 : 1)
              .replace('周', '')}
          </span>
        ))}
        {month.days.map(({ day, kept, gone, reasons }) => {
          const state = kept > 0 ? ' day-kept' : gone > 0 ? ' day-gone' : '';
          const why = reasons.map((reason) => word('retentionReasons', reason)).join(', ');
          return (
            <span
              key={day}
              className={`day${state}`}
              style={day === 1 ? { gridColumnStart: month.offset + 1 } : undefined}
              title={kept + gone === 0 ? undefined : t('plans.dayTitle', { kept, gone, why: why || '–' })}
            >
              {day}
            </span>
          );
        })}
      </div>
    </div>
  );
}

/** The same for those who read it, and for those who want to know why. */
function KeptList({ verdicts, timeZone }: { verdicts: readonly RetentionVerdict[]; timeZone: string }) {
  const { t, word, locale } = useTexts();
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const kept = verdicts.filter(({ reasons }) => reasons.length > 0);
  return (
    <details className="equivalent">
      <summary>{t('plans.whatIsKept')}</summary>
      <ul className="kept-list">
        {kept.map(({ time, reasons }) => (
          <li key={time}>
            <span className="number">{format.format(new Date(time))}</span>{' '}
            <span className="quiet">{reasons.map((reason) => word('retentionReasons', reason)).join(', ')}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
