/** What a process needs that works with one storage: nothing is loaded for the others. */
export type * from './contract.ts';
export { loadStorageDriverType } from './drivers/load.ts';
export { listPages } from './list.ts';
export { bytesSource, type ObjectSource, streamSource } from './source.ts';
export { withBandwidth } from './wrappers/bandwidth.ts';
export { withConcurrency } from './wrappers/concurrency.ts';
