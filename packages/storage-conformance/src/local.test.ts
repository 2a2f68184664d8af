import { describe, test } from 'node:test';
import { storageConformance } from './suite.ts';
import { localHarness } from './testing/local.ts';

storageConformance(
  { describe, test },
  {
    name: 'local',
    create: () => localHarness(),
    skip: {
      secrets: 'a folder of this machine has no secrets',
    },
  },
);
