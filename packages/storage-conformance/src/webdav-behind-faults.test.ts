import { after } from 'node:test';
import { storageConformance } from './suite.ts';
import { severalAtOnce } from './testing/several-at-once.ts';
import { badNetworks, HTTP_FAULTS } from './testing/struck.ts';
import { webdavHarness } from './testing/webdav.ts';
import { startWebdavServer } from './testing/webdav-server.ts';

const server = startWebdavServer();
const between = badNetworks(HTTP_FAULTS);
after(async () => (await server).close());

storageConformance(severalAtOnce, {
  name: 'webdav, behind a connection that breaks',
  async create() {
    const network = await between((await server).port);
    const harness = await webdavHarness(await server, network.port);
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
  },
});
