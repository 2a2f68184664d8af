import type { AccessKey, Host, Operation, Storage } from '../api/resources.ts';

export type FirstStep = 'administrator' | 'host' | 'operate' | 'storage' | 'key';

export interface StepState {
  step: FirstStep;
  done: boolean;
}

/** What somebody does first, and what of it is done; null while that is not known. */
export function firstSteps(
  hosts: readonly Pick<Host, 'id'>[] | undefined,
  operations: readonly Pick<Operation, 'target'>[] | undefined,
  storages: readonly Pick<Storage, 'id'>[] | undefined,
  keys: readonly Pick<AccessKey, 'id'>[] | undefined,
): StepState[] | null {
  if (!hosts || !operations || !storages || !keys) return null;
  return [
    // Nobody sees this page who has not signed in, so there is an account.
    { step: 'administrator', done: true },
    { step: 'host', done: hosts.length > 0 },
    { step: 'operate', done: operations.some((operation) => operation.target.kind === 'instance') },
    { step: 'storage', done: storages.length > 0 },
    { step: 'key', done: keys.length > 0 },
  ];
}
