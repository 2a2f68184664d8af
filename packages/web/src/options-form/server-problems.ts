import type { FieldProblem } from '../api/problem.ts';

/**
 * The problems that the server found, by field of the form. It names fields as paths in the request (`options.region`,
 * `/options/region`); what belongs to no field of the form is under `''`.
 */
export function serverProblems(problems: readonly FieldProblem[], known: readonly string[]): Map<string, FieldProblem> {
  const found = new Map<string, FieldProblem>();
  for (const problem of problems) {
    const last = problem.field.split(/[./]/).at(-1) ?? '';
    const key = known.includes(last) ? last : '';
    if (!found.has(key)) found.set(key, problem);
  }
  return found;
}
