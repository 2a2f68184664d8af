import { describe, test } from 'node:test';
import { qingzhouHarness } from './qingzhou-harness.ts';
import { computeConformance } from './suite.ts';

computeConformance({ describe, test }, { name: 'qingzhou', create: () => qingzhouHarness() });
