import { after, describe, test } from 'node:test';
import { storageConformance } from './suite.ts';
import { behindFailingCalls } from './testing/behind-failing-calls.ts';
import { localHarness } from './testing/local.ts';

const failing = behindFailingCalls(localHarness);

storageConformance(
  { describe, test },
  {
    name: 'local behind calls that fail, with retries',
    create: failing.create,
    skip: {
      secrets: 'a folder of this machine has no secrets',
    },
  },
);

after(failing.assertAllStruck);
