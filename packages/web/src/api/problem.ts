/** One field that the server refused. */
export interface FieldProblem {
  field: string;
  code: string;
  message: string;
}

/** What went wrong, in the shape that errors of operations, hosts and HTTP answers share. */
export interface ErrorRecord {
  code: string;
  message: string;
  hint?: string | null | undefined;
  retryable?: boolean | undefined;
  parameters?: Readonly<Record<string, string | number>> | null | undefined;
}

/** A refused or failed request. */
export class ApiError extends Error implements ErrorRecord {
  override readonly name = 'ApiError';
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly fields: readonly FieldProblem[];
  readonly requestId: string | undefined;
  /** For `revision_mismatch`: the resource as it is now. */
  readonly current: unknown;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(textOr(body.detail, `The server answered with status ${status}.`));
    this.status = status;
    this.code = textOr(body.code, 'unexpected_answer');
    this.hint = typeof body.hint === 'string' ? body.hint : undefined;
    this.retryable = body.retryable === true;
    this.parameters = isRecord(body.parameters) ? (body.parameters as Record<string, string | number>) : {};
    this.fields = Array.isArray(body.fields) ? body.fields.filter(isFieldProblem) : [];
    this.requestId = typeof body.requestId === 'string' ? body.requestId : undefined;
    this.current = body.current;
  }
}

/** The error for a request that got no answer at all. */
export function serverUnreachable(): ApiError {
  return new ApiError(0, {
    code: 'server_unreachable',
    detail: 'The Sampan server does not answer.',
    hint: 'Check that it is running and that this computer is connected to it.',
    retryable: true,
  });
}

/** Anything that was thrown, as an error that can be shown. */
export function toErrorRecord(thrown: unknown): ErrorRecord {
  if (thrown instanceof ApiError) return thrown;
  return { code: 'console_error', message: thrown instanceof Error ? thrown.message : String(thrown) };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isRecord(value) && typeof value.field === 'string' && typeof value.code === 'string';
}
