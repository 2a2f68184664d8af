import type { Plan } from '../api/backup-resources.ts';
import type { AccessKey, Host, Operation, Storage } from '../api/resources.ts';
import type { SecretKey } from '../api/system-resources.ts';

export type FirstStep = 'administrator' | 'host' | 'operate' | 'storage' | 'backup' | 'recovery' | 'key';

export interface StepState {
  step: FirstStep;
  done: boolean;
}

/** What there is so far; undefined while it is not known. */
export interface Beginnings {
  hosts: readonly Pick<Host, 'id'>[] | undefined;
  operations: readonly Pick<Operation, 'target'>[] | undefined;
  storages: readonly Pick<Storage, 'id'>[] | undefined;
  plans: readonly Pick<Plan, 'id'>[] | undefined;
  secretKey: Pick<SecretKey, 'recoveryKey'> | undefined;
  keys: readonly Pick<AccessKey, 'id'>[] | undefined;
}

/** What somebody does first, and what of it is done; null while that is not known. */
export function firstSteps({ hosts, operations, storages, plans, secretKey, keys }: Beginnings): StepState[] | null {
  if (!hosts || !operations || !storages || !plans || !secretKey || !keys) return null;
  return [
    // Nobody sees this page who has not signed in, so there is an account.
    { step: 'administrator', done: true },
    { step: 'host', done: hosts.length > 0 },
    { step: 'operate', done: operations.some((operation) => operation.target.kind === 'instance') },
    { step: 'storage', done: storages.length > 0 },
    { step: 'backup', done: plans.length > 0 },
    { step: 'recovery', done: secretKey.recoveryKey !== null },
    { step: 'key', done: keys.length > 0 },
  ];
}
