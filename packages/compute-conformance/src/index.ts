export { type FaultProxy, type ProxyFault, startFaultProxy } from './fault-proxy.ts';
export {
  type ComputeHarness,
  type ConformanceGroup,
  type ConformanceOptions,
  type Situation,
  situations,
  type TestRunner,
} from './harness.ts';
export { computeConformance } from './suite.ts';
