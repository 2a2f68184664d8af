export * from './contract.ts';
export { computeDriverTypes } from './drivers/index.ts';
export {
  createMemoryCloud,
  createMemoryDriver,
  type MemoryCloud,
  type MemoryCloudOptions,
  memoryDriverType,
} from './drivers/memory/index.ts';
export { qingzhouDriverType } from './drivers/qingzhou/index.ts';
