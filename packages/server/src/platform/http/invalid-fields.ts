import type { FastifyError } from 'fastify';
import { ID_PATTERN } from '../ids.ts';
import { type FieldProblem, InvalidRequest } from './problem.ts';

type ValidationProblem = NonNullable<FastifyError['validation']>[number];

/** What ajv says beside its text, by the keyword that was not kept. */
interface ValidationParams {
  missingProperty?: string;
  additionalProperty?: string;
  allowedValues?: readonly string[];
  allowedValue?: string;
  pattern?: string;
  type?: string;
}

function fieldProblem(problem: ValidationProblem, all: readonly ValidationProblem[], context: string): FieldProblem {
  const { missingProperty, additionalProperty, pattern, ...params } = problem.params as ValidationParams;
  const path = [problem.instancePath.slice(1).replaceAll('/', '.'), missingProperty ?? additionalProperty]
    .filter(Boolean)
    .join('.');
  const field = path || context;
  // A union of constants fails once for each of them.
  const constants = all
    .filter(({ keyword, instancePath }) => keyword === 'const' && instancePath === problem.instancePath)
    .map((each) => (each.params as ValidationParams).allowedValue);
  const allowed = problem.keyword === 'const' ? constants : params.allowedValues;
  if (problem.keyword === 'required') return { field, code: 'required', message: `${field} is needed` };
  if (problem.keyword === 'additionalProperties')
    return { field, code: 'unknown_field', message: `there is no field ${field}` };
  if (allowed) return { field, code: 'enum', message: `${field} is one of: ${allowed.join(', ')}` };
  if (pattern === ID_PATTERN) return { field, code: 'pattern', message: `${field} is an id of 32 hex characters` };
  return { field, code: problem.keyword, message: `${field} ${problem.message ?? 'is not valid'}` };
}

/** Fastify's validation errors, told field by field; of alternatives, what the one says that is not "nothing". */
export function fromValidation(error: FastifyError): InvalidRequest {
  const all = error.validation ?? [];
  const telling = all.filter(
    ({ keyword, params }) =>
      keyword !== 'anyOf' && !(keyword === 'type' && (params as ValidationParams).type === 'null'),
  );
  const fields = (telling.length > 0 ? telling : all).map((each) =>
    fieldProblem(each, all, error.validationContext ?? 'body'),
  );
  const isFirst = ({ field, message }: FieldProblem, at: number) =>
    fields.findIndex((each) => each.field === field && each.message === message) === at;
  return new InvalidRequest(fields.filter(isFirst));
}
