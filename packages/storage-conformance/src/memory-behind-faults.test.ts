import { after, describe, test } from 'node:test';
import { storageConformance } from './suite.ts';
import { behindFailingCalls } from './testing/behind-failing-calls.ts';
import { memoryHarness } from './testing/memory.ts';

const failing = behindFailingCalls(memoryHarness);

storageConformance(
  { describe, test },
  {
    name: 'memory behind calls that fail, with retries',
    create: failing.create,
    skip: {
      errors: 'a storage in this process has neither keys nor a network to fail',
      secrets: 'a storage in this process has no secrets',
    },
  },
);

after(failing.assertAllStruck);
