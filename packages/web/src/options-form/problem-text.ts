import type { OptionField } from '@sampan/driver';
import type { FieldProblem } from '../api/problem.ts';
import type { en } from '../i18n/en/index.ts';

type ProblemKey = keyof typeof en.optionProblems;

/** Which text of the dictionary explains a problem of a field, or null when only the server's own text can. */
export function problemKey(problem: Pick<FieldProblem, 'code'>, field: OptionField | undefined): ProblemKey | null {
  switch (problem.code) {
    case 'wrong_type':
      if (field?.kind === 'integer') return 'wrong_integer';
      return field?.kind === 'bytes' ? 'wrong_bytes' : 'wrong_type';
    case 'bad_format':
      return field?.kind === 'url' ? 'bad_address' : 'bad_format';
    case 'required':
    case 'unknown_field':
    case 'not_offered':
    case 'incomplete_credentials':
    case 'plain_http':
    case 'surrounding_blank':
      return problem.code;
    case 'too_small':
      return field?.minimum === undefined ? null : 'too_small';
    case 'too_large':
      return field?.maximum === undefined ? null : 'too_large';
    case 'too_long':
      return 'too_long';
    default:
      return null;
  }
}
