/** What one statement of a sub-account's policy allows. `*` stands for any text. */
export interface PolicyStatement {
  /** E.g. `ecs:Describe*`, `vpc:DescribeVpcs`. */
  actions: readonly string[];
  /** E.g. `qrn:ecs:cn-north-1:*:instance/i-…`; everything when absent. */
  resources?: readonly string[];
}

export interface SimulatedKey {
  accessKeyId: string;
  accessKeySecret: string;
  /** A disabled key is refused with InvalidAccessKeyId.Inactive. */
  disabled?: boolean;
  /** Everything is allowed when absent. */
  policy?: readonly PolicyStatement[];
  /** Addresses that may use the key; any when absent. */
  allowedAddresses?: readonly string[];
}

export interface QingzhouSimulatorOptions {
  /** 127.0.0.1 when absent. */
  host?: string;
  /** Any free one when absent or 0. */
  port?: number;
  /** The key of the account itself, with every permission. */
  accessKeyId: string;
  accessKeySecret: string;
  /** Further keys: sub-accounts, disabled ones. */
  keys?: readonly SimulatedKey[];
  /** Instances in cn-north-1 when the state is made; 24 when absent. The two other regions have a few of their own. */
  instances?: number;
  /** Added before every answer, milliseconds. */
  latencyMs?: number;
  /** See `parseFault` for the grammar. */
  faults?: readonly string[];
  /** An SQLite file that keeps instances, nonces and journal over restarts; memory when absent. */
  statePath?: string;
  /** How long a change takes, milliseconds; 10 to 30 s by instance when absent. */
  transitionMs?: number;
  /** Per key; 20 when absent. */
  requestsPerSecond?: number;
  /** Twice `requestsPerSecond` when absent. */
  burst?: number;
  /** Milliseconds since 1970 UTC. */
  now?: () => number;
}
