import type { ObjectStore } from '@sampan/storage';

/** What the suite needs of a test runner; `node:test`, vitest and mocha with a small wrapper fit. */
export interface TestRunner {
  describe: (name: string, body: () => void) => unknown;
  /** `skip` is the reason, when the test is not to run. */
  test: (name: string, options: { skip?: string }, body: () => Promise<void>) => unknown;
}

/** Groups of tests, each about one promise of the contract. */
export type ConformanceGroup =
  | 'objects'
  | 'keys'
  | 'sizes'
  | 'sources'
  | 'ranges'
  | 'lists'
  | 'deletes'
  | 'concurrency'
  | 'copy'
  | 'presign'
  | 'stats'
  | 'cancellation'
  | 'errors'
  | 'secrets'
  | 'model';

/** Troubles that callers tell apart by the error's code, and whether trying again later may help. */
export const situations = {
  unknown_access_key: { mayRetry: false },
  invalid_signature: { mayRetry: false },
  login_refused: { mayRetry: false },
  clock_skew: { mayRetry: false },
  permission_denied: { mayRetry: false },
  bucket_not_found: { mayRetry: false },
  wrong_zone: { mayRetry: false },
  storage_unreachable: { mayRetry: true },
  storage_untrusted: { mayRetry: false },
  storage_timeout: { mayRetry: true },
  storage_unavailable: { mayRetry: true },
  throttled: { mayRetry: true },
  unexpected_answer: { mayRetry: false },
  egress_forbidden: { mayRetry: false },
} as const;

export type Situation = keyof typeof situations;

export type Situations = Readonly<Record<Situation, (() => Promise<ObjectStore>) | { cannot: string }>>;

/** One empty place for objects, made for one test. */
export interface StorageHarness {
  /** An `ObjectStore` of its own each time, as another process would have it. Ended by `dispose`. */
  store: () => ObjectStore;
  /** Bytes at which an upload becomes another one: sizes around each are tried. None: it sends everything in one way. */
  uploadBoundaries?: { chunk: number; cutoff: number };
  /** Bytes of the longest name; 1,023 when not said. A prefix of the storage takes from it. */
  longestKey?: number;
  /** Names that the storage says it cannot hold though others of its kind can, and why: it must refuse them. */
  cannotHold?: { names: RegExp; why: string };
  /** What unfinished uploads left, looked for behind the store's back; without it only listings are looked at. */
  leftovers?: () => Promise<readonly string[]>;
  /** A store that finds itself in each situation, or why that cannot be had. */
  situations: Situations;
  /** Texts that no error may hold. */
  secrets: readonly string[];
  /** Where each call takes long: what is tried many times over is tried fewer times, no promise is left out. */
  isSlow?: boolean;
  /** How long a cancelled call may take to end, milliseconds; 20 s when not said. */
  patienceMs?: number;
  dispose: () => Promise<void>;
}

export interface ConformanceOptions {
  /** Stands in the names of the tests. */
  name: string;
  create: () => Promise<StorageHarness>;
  /** Groups, or single tests as `group: name`, that are left out, each with the reason, which the report shows. */
  skip?: Readonly<Record<string, string>>;
}

/** Runs `body` on an empty place with one store to it, and ends it. */
export type WithStore = (body: (store: ObjectStore, harness: StorageHarness) => Promise<void>) => () => Promise<void>;

export interface Group {
  group: ConformanceGroup;
  tests: (withStore: WithStore) => Readonly<Record<string, () => Promise<void>>>;
}

/** `cannot` with one reason for several situations. */
export function cannot<Name extends Situation>(
  reason: string,
  names: readonly Name[],
): Record<Name, { cannot: string }> {
  return Object.fromEntries(names.map((name) => [name, { cannot: reason }])) as Record<Name, { cannot: string }>;
}
