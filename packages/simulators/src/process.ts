// A simulator as a child process: settings in the environment variable SAMPAN_SIMULATOR (JSON, so that no secret stands on
// a command line), one line of JSON on standard output once it answers. Ends when its standard input closes, that is,
// with the process that started it, however that ended.
import { startQingzhouSimulator } from './qingzhou/index.ts';

interface Settings {
  port: number;
  accessKeyId: string;
  accessKeySecret: string;
  instances: number;
  statePath: string;
  transitionMs?: number;
}

/** Short enough to watch. */
const TRANSITION_MS = 4_000;

const text = process.env.SAMPAN_SIMULATOR;
if (text === undefined) {
  process.stderr.write('SAMPAN_SIMULATOR is not set\n');
  process.exit(2);
}
const settings = JSON.parse(text) as Settings;
try {
  const simulator = await startQingzhouSimulator({ transitionMs: TRANSITION_MS, ...settings });
  const stop = () => void simulator.close().then(() => process.exit(0));
  process.on('SIGTERM', stop);
  process.on('SIGINT', () => undefined);
  process.stdin.on('end', stop).on('error', stop).resume();
  process.stdout.write(`${JSON.stringify({ url: simulator.url })}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
