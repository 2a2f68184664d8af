export { actionNames as qingzhouActionNames } from './actions/index.ts';
export { type Fault, type FaultKind, parseFault } from './faults.ts';
export type { PolicyStatement, QingzhouSimulatorOptions, SimulatedKey } from './options.ts';
export { instanceIdAt } from './seed.ts';
export { type QingzhouSimulator, startQingzhouSimulator } from './simulator.ts';
export type { Journal } from './state.ts';
