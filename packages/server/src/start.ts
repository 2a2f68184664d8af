import { NewerDatabase } from './platform/database/migrate.ts';
import { DataFolderInUse } from './platform/database/single-process.ts';
import { makeLog } from './platform/log.ts';
import { WrongSecretKey } from './platform/secrets/root-key.ts';
import { type RunningServer, startServer } from './server.ts';
import { readSettings, SettingsError } from './settings.ts';

const STOP_TIMEOUT_MS = 15_000;

/** Refusals that a person can mend: told in words, without a stack. */
function isForPeople(error: unknown): error is Error {
  return (
    error instanceof SettingsError ||
    error instanceof DataFolderInUse ||
    error instanceof NewerDatabase ||
    error instanceof WrongSecretKey ||
    (error instanceof Error &&
      'code' in error &&
      ['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL'].includes(String(error.code)))
  );
}

function refuse(message: string): never {
  process.stderr.write(`Sampan does not start.\n${message}\n`);
  process.exit(2);
}

const log = makeLog(process.env.SAMPAN_LOG_LEVEL ?? 'info');
let server: RunningServer;
try {
  server = await startServer(readSettings(process.env), log);
} catch (error) {
  if (isForPeople(error)) refuse(error.message);
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
