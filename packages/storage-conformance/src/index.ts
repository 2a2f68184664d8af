export { cycleOf, type FaultProxy, type ProxyFault, startFaultProxy } from './fault-proxy.ts';
export { type FaultyStore, faultyStore, type StoreFault } from './faulty-store.ts';
export {
  type ConformanceGroup,
  type ConformanceOptions,
  cannot,
  type Situation,
  type Situations,
  type StorageHarness,
  situations,
  type TestRunner,
} from './harness.ts';
export { cloudKeys, hostileKeys, impossibleKeys } from './hostile-keys.ts';
export { storageConformance } from './suite.ts';
