import { after } from 'node:test';
import { storageConformance } from './suite.ts';
import { severalAtOnce } from './testing/several-at-once.ts';
import { badNetworks, HTTP_FAULTS } from './testing/struck.ts';
import { startSwift } from './testing/swift.ts';
import { swiftHarness } from './testing/swift-s3.ts';

const swift = startSwift();
const between = badNetworks(HTTP_FAULTS);
after(async () => (await swift).close());

storageConformance(severalAtOnce, {
  name: 's3, against Swift behind a connection that breaks',
  async create() {
    const network = await between((await swift).port);
    const harness = await swiftHarness(await swift, network.port);
    return {
      ...harness,
      async dispose() {
        await harness.dispose();
        await network.close();
      },
    };
  },
  skip: {
    errors: 'these situations need a connection that holds, and are tried over one',
    secrets: 'the same situations',
    presign: 'links are fetched by whoever has them, who has to try again himself',
  },
});
