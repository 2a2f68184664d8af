import { after } from 'node:test';
import type { ProxyFault } from './fault-proxy.ts';
import { storageConformance } from './suite.ts';
import { severalAtOnce } from './testing/several-at-once.ts';
import { sftpHarness } from './testing/sftp.ts';
import { startSshd } from './testing/sshd.ts';
import { badNetworks } from './testing/struck.ts';

// Logging in takes some ten exchanges, and a call must have a chance to come through after it.
const passes: readonly ProxyFault[] = Array.from({ length: 25 }, () => 'pass');
const FAULTS: readonly ProxyFault[] = (
  ['reset_after', 'delay', 'truncate', 'reset_before', 'delay', 'reset_within'] as const
).flatMap((fault) => [...passes, fault]);

const sshd = startSshd();
const between = badNetworks(FAULTS);
after(async () => (await sshd).close());

storageConformance(severalAtOnce, {
  name: 'sftp, behind a connection that breaks',
  async create() {
    const network = await between((await sshd).port);
    const harness = await sftpHarness(await sshd, network.port);
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
