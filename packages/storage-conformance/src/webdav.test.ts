import { after, describe, test } from 'node:test';
import { storageConformance } from './suite.ts';
import { webdavHarness } from './testing/webdav.ts';
import { startWebdavServer } from './testing/webdav-server.ts';

const server = startWebdavServer();
after(async () => (await server).close());

storageConformance(
  { describe, test },
  { name: 'webdav, against Apache', create: async () => webdavHarness(await server) },
);
