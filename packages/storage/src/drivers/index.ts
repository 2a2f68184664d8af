import type { StorageDriverType } from '../contract.ts';
import { localDriverType } from './local/index.ts';
import { qingstorDriverType } from './qingstor/index.ts';

/** All kinds of storage, in the order in which they are offered. */
export const storageDriverTypes: readonly StorageDriverType[] = [qingstorDriverType, localDriverType];
