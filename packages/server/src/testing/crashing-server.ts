// Started by test-server.ts: a server with short leases that can kill itself with SIGKILL at one point of the first change it
// sends to a cloud, or of the first message it sends to people.
import { type ChangeOutcome, type ComputeDriver, type ComputeDriverType, computeDriverTypes } from '@sampan/compute';
import type { ChannelType, Sender } from '../notifications/senders/contract.ts';
import { channelTypes } from '../notifications/senders/index.ts';
import { makeLog } from '../platform/log.ts';
import { startServer } from '../server.ts';
import { readSettings } from '../settings.ts';
import type { CrashPoint } from './processes.ts';

/** Tests need not wait as long as people for a silent server to be given up. */
const LEASE_MS = 2_000;

const crashAt = process.env.SAMPAN_TEST_CRASH_AT as CrashPoint | undefined;
let wasSent = false;

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way; nothing more may be done meanwhile.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}

async function around(call: () => Promise<ChangeOutcome>): Promise<ChangeOutcome> {
  if (crashAt === 'before the call') die();
  const outcome = await call();
  if (crashAt === 'after the call, before it was saved') die();
  wasSent = true;
  return outcome;
}

function crashing(driver: ComputeDriver): ComputeDriver {
  return {
    ...driver,
    startInstance: (id, change) => around(() => driver.startInstance(id, change)),
    stopInstance: (id, change) => around(() => driver.stopInstance(id, change)),
    restartInstance: (id, change) => around(() => driver.restartInstance(id, change)),
    getInstances: (ids, signal) => {
      if (wasSent && crashAt === 'after it was saved') die();
      return driver.getInstances(ids, signal);
    },
  };
}

const driverTypes = computeDriverTypes.map(
  (type): ComputeDriverType => ({
    ...type,
    create: (options, environment) => crashing(type.create(options, environment)),
  }),
);
function crashingSender(sender: Sender): Sender {
  return {
    ...sender,
    send: async (message, signal) => {
      if (crashAt === 'before the message') die();
      await sender.send(message, signal);
      if (crashAt === 'after the message, before it was saved') die();
    },
  };
}

const notifications = {
  leaseMs: LEASE_MS,
  sendTimeoutMs: LEASE_MS / 2,
  channelTypes: channelTypes.map(
    (type): ChannelType => ({
      ...type,
      create: (options, environment) => crashingSender(type.create(options, environment)),
    }),
  ),
};
const log = makeLog('info');
const server = await startServer(readSettings(process.env), log, { driverTypes, leaseMs: LEASE_MS, notifications });
log.info({ url: server.url }, 'Sampan is running');
process.on('SIGTERM', () => {
  void server.stop().then(() => {
    log.info('Sampan has stopped');
    process.exit(0);
  });
});
