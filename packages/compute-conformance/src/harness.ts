import type { ComputeDriver, InstanceState } from '@sampan/compute';

/** What the suite needs of a test runner; `node:test`, vitest and mocha with a small wrapper fit. */
export interface TestRunner {
  describe: (name: string, body: () => void) => unknown;
  /** `skip` is the reason, when the test is not to run. */
  test: (name: string, options: { skip?: string }, body: () => Promise<void>) => unknown;
}

/** Groups of tests, each about one promise of the contract. */
export type ConformanceGroup =
  | 'paging'
  | 'identity'
  | 'states'
  | 'changes'
  | 'wrong_state'
  | 'not_found'
  | 'cancellation'
  | 'errors'
  | 'secrets';

/** Troubles that callers tell apart by the error's code, and whether trying again later may help. */
export const situations = {
  invalid_signature: { retryable: false },
  unknown_access_key: { retryable: false },
  permission_denied: { retryable: false },
  clock_skew: { retryable: false },
  throttled: { retryable: true },
  cloud_unavailable: { retryable: true },
  cloud_unreachable: { retryable: true },
  unexpected_answer: { retryable: false },
} as const;

export type Situation = keyof typeof situations;

/** One cloud, made for one test, with drivers to it. */
export interface ComputeHarness {
  /** A driver of its own each time, as another process would have it. The suite closes it. */
  driver: () => ComputeDriver;
  /** More than one page. */
  instanceCount: number;
  /** Ids of instances in these states, untouched. */
  runningId: string;
  stoppedId: string;
  /** An id of the right form that does not exist. */
  missingId: string;
  /** How often changes of an instance were really begun, by the cloud's own account. */
  performed: (remoteId: string) => Promise<number>;
  /** Puts an instance into a state with a word that no driver knows. */
  setUnknownState: (remoteId: string, remoteState: string) => Promise<void>;
  /** A driver that finds itself in each situation, or why that cannot be had. */
  situations: Readonly<Record<Situation, (() => Promise<ComputeDriver>) | { cannot: string }>>;
  /** Texts that no error may hold. */
  secrets: readonly string[];
  dispose: () => Promise<void>;
}

export interface ConformanceOptions {
  /** Stands in the names of the tests. */
  name: string;
  create: () => Promise<ComputeHarness>;
  /** Groups that are left out, each with the reason, which the report shows. */
  skip?: Partial<Record<ConformanceGroup, string>>;
}

/** Runs `body` on a fresh cloud with one driver, and ends both. */
export type WithCloud = (
  body: (driver: ComputeDriver, harness: ComputeHarness, signal: AbortSignal) => Promise<void>,
) => () => Promise<void>;

export interface Group {
  group: ConformanceGroup;
  tests: (withCloud: WithCloud) => Readonly<Record<string, () => Promise<void>>>;
}

const STEP_MS = 20;
const MOST_STEPS = 1000;

/** Asks until the instance is in the state, for at most some 20 seconds. */
export async function arrival(
  driver: ComputeDriver,
  remoteId: string,
  state: InstanceState,
  signal: AbortSignal,
): Promise<void> {
  let last: string | undefined;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    last = (await driver.getInstance(remoteId, signal))?.state;
    if (last === state) return;
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
  throw new Error(`the instance never became ${state}; it is ${last ?? 'gone'}`);
}

let wishes = 0;

/** A new wish to change something, issued now. */
export function newWish(signal: AbortSignal, issuedAt = Date.now()) {
  wishes += 1;
  const requestId = `${Date.now().toString(16).padStart(16, '0')}${wishes.toString(16).padStart(16, '0')}`;
  return { requestId, issuedAt, signal };
}
