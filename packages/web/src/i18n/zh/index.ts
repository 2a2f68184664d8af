import { common, keyboard, nav } from './common.ts';
import { errors } from './errors.ts';
import { checkFindings, checkStates, checks, hostStates, hosts, optionProblems, optionsForm } from './hosts.ts';
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

export const zh = {
  accessKeyStates,
  accessKeys,
  actorKinds,
  audit,
  auditResults,
  checkFindings,
  checkStates,
  checks,
  common,
  errors,
  hostStates,
  hosts,
  instanceStates,
  instances,
  keyboard,
  nav,
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
  users,
};
