import { useMutation } from '@tanstack/react-query';
import { type ErrorRecord, toErrorRecord } from '../api/problem.ts';

export interface Submit {
  /** Begins, unless it is under way already. */
  submit: () => void;
  busy: boolean;
  /** Why it was refused the last time; null again while it is tried anew. */
  error: ErrorRecord | null;
  /** Takes the error away, e.g. when what it is about is being edited. */
  clearError: () => void;
}

/** One thing that a person asks for in a form or a dialog, once at a time. What comes after its success belongs to the work. */
export function useSubmit(work: () => Promise<unknown>): Submit {
  const { mutate, isPending, error, reset } = useMutation({ mutationFn: work });
  return {
    submit: () => {
      if (!isPending) mutate();
    },
    busy: isPending,
    error: error && toErrorRecord(error),
    clearError: reset,
  };
}
