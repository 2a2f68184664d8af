import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { CommandError } from '../exit.ts';
import { port, wholeNumber } from '../numbers.ts';

interface SimulateOptions {
  port: number;
  host: string;
  accessKeyId?: string;
  accessKeySecret?: string;
  instances: number;
  latency: number;
  transition?: number;
  fault?: string[];
  state?: string;
}

export function addSimulateCommands(program: Command): void {
  const simulate = program.command('simulate').description('run a simulated cloud in this terminal, without a server');

  simulate
    .command('qingzhou')
    .description('a simulated Qingzhou Cloud: checks signatures, keeps state, fails on demand')
    .option('--port <port>', 'port; 0 for any free one', port, 7400)
    .option('--host <address>', 'address to listen at', '127.0.0.1')
    .option('--access-key-id <id>', 'AccessKey ID that it accepts (SAMPAN_SIMULATOR_ACCESS_KEY_ID)')
    .option('--access-key-secret <secret>', 'its secret (SAMPAN_SIMULATOR_ACCESS_KEY_SECRET)')
    .option('--instances <count>', 'instances it begins with', wholeNumber(0), 24)
    .option('--latency <ms>', 'added before every answer', wholeNumber(0), 0)
    .option('--transition <ms>', 'how long a change takes; 10 to 30 s when not given', wholeNumber(0))
    .option(
      '--fault <fault...>',
      'e.g. throttle:0.2, drop-after:RebootInstance:once, skew=+20m; a wrong one lists them all',
    )
    .option('--state <file>', 'keep the state in this SQLite file; in memory when not given')
    .action(async (options: SimulateOptions, command: Command) => {
      const { output } = contextOf(command);
      const { startQingzhouSimulator } = await import('@sampan/simulators/qingzhou');
      const accessKeyId =
        options.accessKeyId ?? process.env.SAMPAN_SIMULATOR_ACCESS_KEY_ID ?? `SIM${randomBytes(8).toString('hex')}`;
      const given = options.accessKeySecret ?? process.env.SAMPAN_SIMULATOR_ACCESS_KEY_SECRET;
      const accessKeySecret = given ?? randomBytes(20).toString('hex');
      let simulator: Awaited<ReturnType<typeof startQingzhouSimulator>>;
      try {
        simulator = await startQingzhouSimulator({
          port: options.port,
          host: options.host,
          accessKeyId,
          accessKeySecret,
          instances: options.instances,
          latencyMs: options.latency,
          faults: options.fault ?? [],
          ...(options.transition !== undefined && { transitionMs: options.transition }),
          ...(options.state !== undefined && { statePath: options.state }),
        });
      } catch (error) {
        throw new CommandError(error instanceof Error ? error.message : String(error));
      }
      // A key made here is for this simulator only and must be told; one that was given is known.
      const key = { accessKeyId, ...(given === undefined && { accessKeySecret }) };
      if (output.json) output.line(JSON.stringify({ url: simulator.url, ...key }));
      else {
        output.line(`Simulated Qingzhou at ${simulator.url} with ${options.instances} instances in cn-north-1.`);
        for (const [name, value] of Object.entries(key)) output.line(`  ${name}  ${value}`);
        output.note('Ctrl-C ends it.');
      }
      await new Promise<void>((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
      });
      await simulator.close();
    });
}
