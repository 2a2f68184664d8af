import { storageConformance } from './suite.ts';
import { qingstorHarness } from './testing/qingstor.ts';
import { severalAtOnce } from './testing/several-at-once.ts';
import { badNetworks, HTTP_FAULTS } from './testing/struck.ts';

const between = badNetworks(HTTP_FAULTS);

storageConformance(severalAtOnce, {
  name: 'qingstor, with a prefix, behind a connection that breaks',
  create: () => qingstorHarness(between, 'below/this prefix+%'),
  skip: {
    errors: 'these situations need a connection that holds, and are tried over one',
    secrets: 'the same situations',
    presign: 'links are fetched by whoever has them, who has to try again himself',
  },
});
