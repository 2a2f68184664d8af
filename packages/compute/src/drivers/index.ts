import type { ComputeDriverType } from '../contract.ts';
import { qingzhouDriverType } from './qingzhou/index.ts';

/** The kinds of hosts that are offered to people, in the order in which they are offered. */
export const computeDriverTypes: readonly ComputeDriverType[] = [qingzhouDriverType];
