export { checkObjects, skippedObjectChecks } from './connection-test/objects.ts';
export {
  checkClock,
  checkConnect,
  checkResolve,
  checkTls,
  connectOnce,
  type Place,
  placeOf,
} from './connection-test/reach.ts';
export { type Finding, failed, passed, runSteps, type Step } from './connection-test/steps.ts';
