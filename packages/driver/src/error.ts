export interface SampanErrorOptions {
  /** What the person can do now, in one or two sentences. */
  hint?: string;
  /** True only when the same request may succeed if it is simply sent again later. */
  retryable?: boolean;
  /** Values that the translated texts of this code name, e.g. `{ action: 'StartInstance' }`. Never a secret. */
  parameters?: Readonly<Record<string, string | number>>;
  /** Milliseconds that the other side asked us to wait before trying again. */
  retryAfterMs?: number;
  cause?: unknown;
}

/**
 * The one error that crosses a boundary between parts of Sampan.
 *
 * `code` is stable, documented and translated by the console (`snake_case`, e.g. `invalid_signature`); `message` says
 * in English what happened; `hint` says what to do next. None of them may hold a secret or a signed URL: they are
 * stored, logged and shown.
 */
export class SampanError extends Error {
  override readonly name = 'SampanError';
  readonly code: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly retryAfterMs: number | undefined;

  constructor(code: string, message: string, options: SampanErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    this.parameters = options.parameters ?? {};
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Anything that was thrown, as a `SampanError`; what is not ours becomes `internal_error` with the original as cause. */
export function toSampanError(thrown: unknown): SampanError {
  if (thrown instanceof SampanError) return thrown;
  return new SampanError('internal_error', 'Something in Sampan failed that should not have.', {
    hint: 'Look at the log of the server for the request id, and report it.',
    cause: thrown,
  });
}
