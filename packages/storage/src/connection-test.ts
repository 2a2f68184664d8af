export { checkObjects, skippedObjectChecks } from './connection-test/objects.ts';
export { type Place, placeOf } from './connection-test/place.ts';
export { checkClock, checkConnect, checkResolve, checkTls, connectOnce } from './connection-test/reach.ts';
export { type Finding, failed, passed, runSteps, type Step } from './connection-test/steps.ts';
