import type { FieldProblem } from '../api/problem.ts';

/**
 * The problems that the server found, by field of the form. It names fields as paths in the request (`options.region`,
 * `/options/region`); what belongs to no field of the form is under `''`.
 */
export function serverProblems(problems: readonly FieldProblem[], known: readonly string[]): Map<string, FieldProblem> {
  const found = new Map<string, FieldProblem>();
  for (const problem of problems) {
    const path = problem.field.split(/[./]/).filter((part) => part !== '');
    const key = [path.join('.'), path.at(-1) ?? ''].find((name) => known.includes(name)) ?? '';
    if (!found.has(key)) found.set(key, problem);
  }
  return found;
}
