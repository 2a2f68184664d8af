/** Exit codes, documented in the README: scripts rely on them. */
export const EXIT = {
  ok: 0,
  /** The server, the cloud or the operation said no. */
  failed: 1,
  /** The command line or the settings are wrong; nothing was sent. */
  usage: 2,
  /** Not signed in, or not allowed. */
  denied: 3,
  /** The server was not reached. */
  unreachable: 4,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** An end that a person can mend, told without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;
  readonly hint: string | undefined;
  /** The server's own answer, for `--json`. */
  readonly problem: unknown;

  constructor(message: string, options: { exitCode?: number; hint?: string | undefined; problem?: unknown } = {}) {
    super(message);
    this.exitCode = options.exitCode ?? EXIT.usage;
    this.hint = options.hint;
    this.problem = options.problem;
  }
}
