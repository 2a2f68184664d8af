import { after, describe, test } from 'node:test';
import { cannot } from './harness.ts';
import { storageConformance } from './suite.ts';
import { startLighttpd } from './testing/lighttpd.ts';
import { webdavHarness } from './testing/webdav.ts';

const server = startLighttpd();
after(async () => (await server).close());

storageConformance(
  { describe, test },
  {
    name: 'webdav, against lighttpd',
    async create() {
      const harness = await webdavHarness(await server);
      return {
        ...harness,
        cannotHold: {
          // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it cannot hold
          names: /[\u0000-\u001f\u007f]/,
          why: 'lighttpd stores them under a name with underscores in their place',
        },
        situations: {
          ...harness.situations,
          ...cannot('lighttpd tells a folder that it may not read as an empty one', ['permission_denied']),
        },
      };
    },
  },
);
