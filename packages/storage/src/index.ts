export * from './contract.ts';
export { createMemoryStore } from './drivers/memory/index.ts';
export { LONGEST_KEY_BYTES } from './keys.ts';
export { listObjects, listPages } from './list.ts';
export { bytesSource, fileSource, type ObjectSource, readSource, sizedFileSource, streamSource } from './source.ts';
