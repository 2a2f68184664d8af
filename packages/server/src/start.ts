import { SampanError } from '@sampan/driver';
import { makeLog } from './platform/log.ts';
import { type RunningServer, startServer } from './server.ts';
import { readSettings } from './settings.ts';

const STOP_TIMEOUT_MS = 15_000;

/** A fault of ours keeps its stack; everything else that stops a start is for the person who set it up. */
function isForPeople(error: unknown): error is Error {
  const isOurs = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  return error instanceof Error && (!isOurs || /^invalid IP address/.test(error.message));
}

function refuse(message: string): never {
  process.stderr.write(`Sampan does not start.\n${message}\n`);
  process.exit(2);
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
const level = process.env.SAMPAN_LOG_LEVEL || 'info';
if (!LOG_LEVELS.includes(level)) refuse(`SAMPAN_LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}, not "${level}".`);
const log = makeLog(level);
let server: RunningServer;
try {
  server = await startServer(readSettings(process.env), log);
} catch (error) {
  if (isForPeople(error))
    refuse(error instanceof SampanError && error.hint ? `${error.message}\n${error.hint}` : error.message);
  throw error;
}
log.info({ url: server.url }, 'Sampan is running');
if (server.setupUrl !== null) {
  // Not through the log, which is kept: this link is for the person at the terminal, once.
  process.stdout.write(`\n  Create the administrator: ${server.setupUrl}\n\n`);
}

let isStopping = false;
async function stop(signal: string): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  log.info({ signal }, 'Sampan stops');
  const timer = setTimeout(() => {
    log.error('Sampan did not stop in time');
    process.exit(1);
  }, STOP_TIMEOUT_MS);
  timer.unref();
  await server.stop();
  log.info('Sampan has stopped');
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
