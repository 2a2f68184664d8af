import { describe, test } from 'node:test';
import { storageConformance } from './suite.ts';
import { qingstorHarness } from './testing/qingstor.ts';
import { badNetworks, HTTP_FAULTS } from './testing/struck.ts';

const between = badNetworks(HTTP_FAULTS);

storageConformance(
  { describe, test },
  {
    name: 'qingstor, with a prefix, behind a connection that breaks',
    create: () => qingstorHarness(between, 'below/this prefix+%'),
    skip: {
      errors: 'these situations need a connection that holds, and are tried over one',
      secrets: 'the same situations',
      'ranges: readers that give up before they begin leave room for others':
        'known fault: a body that nobody began to read keeps its connection',
      presign: 'links are fetched by whoever has them, who has to try again himself',
    },
  },
);
