import { common, keyboard, nav } from './common.ts';
import { checkStates, connectionTest, driverForm, optionProblems, optionsForm } from './driver-form.ts';
import { errors } from './errors.ts';
import { checkFindings, checks, hostStates, hosts } from './hosts.ts';
import {
  instanceStates,
  instances,
  operationKinds,
  operationStates,
  operations,
  stepFindings,
  stepStates,
  steps,
} from './instances.ts';
import { accessKeyStates, accessKeys, actorKinds, audit, auditResults, overview } from './security.ts';
import { roles, session, users } from './session.ts';
import {
  buckets,
  objects,
  storageCapabilities,
  storageCheckFindings,
  storageChecks,
  storageStates,
  storages,
} from './storages.ts';

export const zh = {
  accessKeyStates,
  accessKeys,
  actorKinds,
  audit,
  auditResults,
  buckets,
  checkFindings,
  checkStates,
  checks,
  common,
  connectionTest,
  driverForm,
  errors,
  hostStates,
  hosts,
  instanceStates,
  instances,
  keyboard,
  nav,
  objects,
  operationKinds,
  operationStates,
  operations,
  optionProblems,
  optionsForm,
  overview,
  roles,
  session,
  stepFindings,
  stepStates,
  steps,
  storageCapabilities,
  storageCheckFindings,
  storageChecks,
  storageStates,
  storages,
  users,
};
