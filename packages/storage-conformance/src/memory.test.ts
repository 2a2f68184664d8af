import { describe, test } from 'node:test';
import { storageConformance } from './suite.ts';
import { memoryHarness } from './testing/memory.ts';

storageConformance(
  { describe, test },
  {
    name: 'memory',
    create: () => memoryHarness(),
    skip: {
      errors: 'a storage in this process has neither keys nor a network to fail',
      secrets: 'a storage in this process has no secrets',
    },
  },
);
