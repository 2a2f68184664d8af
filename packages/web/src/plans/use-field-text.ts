import { useCallback } from 'react';
import type { FieldProblem } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';

/** What the server found wrong at a field, as a sentence; in other languages the translation of its code comes first. */
export function useFieldText(): (problem: FieldProblem) => string {
  const { t, ...texts } = useTexts();
  return useCallback(
    (problem) => {
      if (problem.code === 'required') return t('planProblems.required');
      const { message, original } = texts.error(problem);
      const told = original ?? message;
      const sentence = `${told.charAt(0).toUpperCase()}${told.slice(1)}${/[.!?。]$/.test(told) ? '' : '.'}`;
      return original === null ? sentence : `${message}${t('common.serverSays', { message: sentence })}`;
    },
    [t, texts.error],
  );
}
