import { useMemo, useState } from 'react';
import type { Plan } from '../api/backup-resources.ts';
import { ApiError, type ErrorRecord } from '../api/problem.ts';
import { newId } from '../api/request.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { type PlanDraft, type PlanProblem, planDraft, planProblems } from './plan-input.ts';
import { useFieldText } from './use-field-text.ts';

/** Names of fields that have a place in the form; what the server says about one stands there. */
const PLACES = [
  'name',
  'sources.paths',
  'sources.includes',
  'sources.excludes',
  'sources.presets',
  'sources.ownDatabase',
  'repositoryId',
  'storageId',
  'folder',
  'schedule',
  'timeZone',
  'jitterMinutes',
  'retention',
  'objectiveMinutes',
  'mirrors',
  'drill.schedule',
  'drill.samples',
  'compression',
  'limits',
  'hooks',
  'tags',
] as const;

/** The state of the form of a plan: the draft, and what is wrong with it. */
export function usePlanForm(plan: Plan | null) {
  const { t, ...texts } = useTexts();
  const fieldText = useFieldText();
  const [draft, setDraft] = useState<PlanDraft>(() =>
    planDraft(plan, Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'),
  );
  const [changed, setChanged] = useState(false);
  const [tried, setTried] = useState(false);
  const [refused, setRefused] = useState<readonly { field: string; text: string }[]>([]);
  // One wish to make a plan has one name, however often its button is pressed until it worked.
  const [idempotencyKey] = useState(newId);
  const found = useMemo(() => planProblems(draft), [draft]);

  /** What is wrong at a field or below it. */
  const problemAt = (...fields: string[]): string | undefined => {
    const fits = (name: string) => fields.some((field) => name === field || name.startsWith(`${field}.`));
    const server = refused.find(({ field }) => fits(field));
    if (server) return server.text;
    const own = tried && [...found].find(([name]) => fits(name));
    return own ? t(`planProblems.${own[1] satisfies PlanProblem}`) : undefined;
  };
  const refusedFields = (error: ApiError): { field: string; text: string }[] => {
    if (error.code === 'name_taken') return [{ field: 'name', text: t('errors.name_taken.message') }];
    // Where the folder is named after the plan, nobody typed the one that is taken.
    if (error.code === 'folder_taken' && draft.folder.trim() !== '') {
      const { message, hint } = texts.error(error);
      return [{ field: 'folder', text: [message, hint].join(texts.language === 'zh' ? '' : ' ') }];
    }
    const { field, setting } = error.parameters;
    if (error.code === 'permission_denied_here' && typeof field === 'string') {
      const text = setting ? t('plans.commandsOff', { setting }) : t('plans.commandsAdministrators');
      return [{ field, text }];
    }
    return error.fields.map((problem) => ({ field: problem.field, text: fieldText(problem) }));
  };
  return {
    draft,
    changed,
    idempotencyKey,
    problemAt,
    set(change: Partial<PlanDraft>) {
      setDraft((now) => ({ ...now, ...change }));
      setChanged(true);
      setRefused([]);
    },
    /** Marks what is wrong; true when nothing is. */
    check(): boolean {
      setTried(true);
      return found.size === 0;
    },
    /** Takes over what the server found wrong; true when that says all there is to say. */
    refuse(error: ErrorRecord): boolean {
      if (!(error instanceof ApiError)) return false;
      const fields = refusedFields(error);
      setRefused(fields);
      const hasPlace = (name: string) => PLACES.some((place) => name === place || name.startsWith(`${place}.`));
      return fields.length > 0 && fields.every(({ field }) => hasPlace(field));
    },
  };
}

export type PlanFormState = ReturnType<typeof usePlanForm>;
