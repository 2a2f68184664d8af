import { knownErrorCodes } from './errors.ts';

/** What can go wrong on demand. */
export type FaultKind =
  | 'throttle'
  | 'error'
  | 'drop-before'
  | 'drop-after'
  | 'html'
  | 'truncate'
  | 'skew'
  | 'slow'
  | 'stuck';

export interface Fault {
  kind: FaultKind;
  /** Of `error`: the code. */
  code?: string;
  /** Of `skew` and `slow`. */
  milliseconds?: number;
  /** Any action when absent. */
  action?: string;
  /** From 0 to 1. */
  probability: number;
  /** How often it still happens; `Infinity` for always. */
  remaining: number;
}

const KINDS: Readonly<Record<FaultKind, string>> = {
  throttle: 'throttle — 429 Throttling',
  error: 'error=CODE — that error, e.g. error=ServiceUnavailable',
  'drop-before': 'drop-before — cuts the connection and does nothing',
  'drop-after': 'drop-after — does what is asked, then cuts the connection',
  html: 'html — an HTML page with status 200',
  truncate: 'truncate — half of the answer, then cuts the connection',
  skew: "skew=TIME — the cloud's clock is off, e.g. skew=+20m, skew=-90s (always, for all actions)",
  slow: 'slow=TIME — waits before it answers, e.g. slow=3s, slow=250ms',
  stuck: 'stuck — accepts a change whose end never comes',
};
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function isKind(text: string): text is FaultKind {
  return Object.hasOwn(KINDS, text);
}

function refuse(text: string, why: string, actions: readonly string[]): never {
  throw new TypeError(
    [
      `Fault ${JSON.stringify(text)} is not understood: ${why}.`,
      'A fault is KIND[=VALUE][:ACTION][:HOW-OFTEN]; how often is a probability from 0 to 1, `once`, or a count such as `3x`.',
      'Kinds:',
      ...Object.values(KINDS).map((each) => `  ${each}`),
      `Actions: ${actions.join(', ')}`,
    ].join('\n'),
  );
}

function readTime(text: string): number | null {
  const match = /^([+-]?)(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text);
  if (!match) return null;
  const size = Number(match[2]) * (UNITS[match[3] ?? ''] ?? 0);
  return match[1] === '-' ? -size : size;
}

/**
 * Reads one fault, e.g. `throttle:0.2`, `error=ServiceUnavailable:StartInstance:0.5`, `drop-after:StopInstance:once`,
 * `skew=+20m`, `slow=3s:DescribeInstances`. Throws `TypeError` with everything that is possible.
 */
export function parseFault(text: string, actions: readonly string[]): Fault {
  const [head = '', ...rest] = text.split(':');
  const [kind = '', value, ...tooMany] = head.split('=');
  if (!isKind(kind)) return refuse(text, `there is no kind ${JSON.stringify(kind)}`, actions);
  if (tooMany.length > 0) return refuse(text, 'it has more than one =', actions);
  const fault: Fault = { kind, probability: 1, remaining: Number.POSITIVE_INFINITY };
  if (kind === 'error') {
    if (value === undefined || !knownErrorCodes.includes(value)) {
      return refuse(text, `error= needs one of ${knownErrorCodes.join(', ')}`, actions);
    }
    fault.code = value;
  } else if (kind === 'skew' || kind === 'slow') {
    const milliseconds = value === undefined ? null : readTime(value);
    if (milliseconds === null || (kind === 'slow' && milliseconds < 0)) {
      return refuse(text, `${kind}= needs a time such as 3s or 20m`, actions);
    }
    fault.milliseconds = milliseconds;
  } else if (value !== undefined) {
    return refuse(text, `${kind} takes no value`, actions);
  }
  if (kind === 'skew' && rest.length > 0) return refuse(text, 'skew holds for everything', actions);
  for (const part of rest) {
    const times = /^(\d{1,6})x$/.exec(part);
    if (part === 'once') fault.remaining = 1;
    else if (times) fault.remaining = Number(times[1]);
    else if (/^(?:0?\.\d+|[01](?:\.\d+)?)$/.test(part) && Number(part) <= 1) fault.probability = Number(part);
    else if (actions.includes(part)) fault.action = part;
    else return refuse(text, `${JSON.stringify(part)} is neither an action nor how often`, actions);
  }
  return fault;
}

/** Decides which faults strike; each question may use one up. */
export interface Faults {
  /** The fault of this kind that strikes this call, or null. */
  strike(kind: FaultKind, action: string): Fault | null;
  /** How far the simulated clock is off, milliseconds. */
  skewMs(): number;
}

export function createFaults(list: readonly Fault[], random: () => number): Faults {
  return {
    strike(kind, action) {
      const fault = list.find(
        (each) =>
          each.kind === kind &&
          each.remaining > 0 &&
          (each.action === undefined || each.action === action) &&
          random() < each.probability,
      );
      if (!fault) return null;
      fault.remaining -= 1;
      return fault;
    },
    skewMs: () => list.find((each) => each.kind === 'skew')?.milliseconds ?? 0,
  };
}
