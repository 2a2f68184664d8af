export type ConnectionCheckState = 'passed' | 'warning' | 'failed' | 'skipped';

/**
 * One step of Test Connection. A driver yields them in order, each when it is done; after a `failed` step that the
 * others need, those are `skipped`. `name` and `code` are stable and translated by the console.
 */
export interface ConnectionCheck {
  /** Stable name of the step, e.g. `resolve`, `connect`, `clock`, `signature`, `permission`, `region`. */
  name: string;
  state: ConnectionCheckState;
  /** Time taken by this step, in milliseconds. */
  durationMs: number;
  /** What was found, in English, e.g. `clock differs by 0.4 s`. */
  message: string;
  /** Error code when `state` is `failed` or `warning`; the console translates by it. */
  code?: string;
  /** Why it failed. */
  cause?: string;
  /** What to do about it. */
  remedy?: string;
  /** Values that the translated texts name. Never a secret. */
  parameters?: Readonly<Record<string, string | number>>;
}
