import type { ErrorEntry } from './entry.ts';
import { fill } from './fill.ts';

export type { ErrorEntry } from './entry.ts';
export { fill } from './fill.ts';

/** An error as the API answers it, or as a row keeps it. */
export interface ToldError {
  code: string;
  message: string;
  hint?: string | null | undefined;
  parameters?: Readonly<Record<string, string | number>> | null | undefined;
}

export interface ErrorText {
  message: string;
  hint: string | null;
  /** The English message, where the message shown is a translation that may say less. */
  original: string | null;
}

/**
 * What to show for an error.
 *
 * Errors are written in English with the particulars of the case, so English readers get exactly that; other languages get
 * the translation of the code, and the original beside it. A code without a translation shows the original alone.
 */
export function errorText(
  error: ToldError,
  language: 'en' | 'zh',
  entries: Readonly<Record<string, ErrorEntry>>,
): ErrorText {
  const entry = Object.hasOwn(entries, error.code) ? entries[error.code] : undefined;
  const parameters = error.parameters ?? {};
  if (language === 'en' || !entry) {
    return {
      message: error.message || (entry?.message ?? error.code),
      hint: error.hint || (entry?.hint ?? null),
      original: null,
    };
  }
  const detailed = entry.detailed ? fill(entry.detailed, parameters) : null;
  const message = detailed ?? entry.message;
  return { message, hint: entry.hint, original: error.message && error.message !== message ? error.message : null };
}
