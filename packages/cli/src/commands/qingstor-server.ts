import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import type { AccessKey } from '@sampan/qingstor-server';
import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { CommandError } from '../exit.ts';
import { port } from '../numbers.ts';

/**
 * Bodies are memory outside of the collector's heap, and each 64 MB of them begin to mark that heap step by step: a third of the time
 * of an upload. Marked at once, it is small enough to take ten milliseconds.
 */
const COLLECT_AT_ONCE = '--no-incremental-marking';

interface ServerOptions {
  port: number;
  host: string;
  baseHost: string;
  zone: string;
  strictZones?: boolean;
  data: string;
  accessKeyId?: string;
  secretAccessKey?: string;
  keys?: string;
}

async function readKeys(file: string): Promise<AccessKey[]> {
  try {
    const keys: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (Array.isArray(keys)) return keys;
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  throw new CommandError(`${file} is not a JSON array of keys.`, {
    hint: 'E.g. [{"accessKeyId": "…", "secretAccessKey": "…", "policy": [{"effect": "allow", "action": "get_object", "resource": "bucket/*"}]}]',
  });
}

export function addQingStorServerCommand(program: Command): void {
  program
    .command('qingstor-server')
    .description('an object store on a directory that QingStor and S3 clients use, in this terminal')
    .requiredOption('--data <directory>', 'where everything is kept; made when it is not there')
    .option('--port <port>', 'port; 0 for any free one', port, 9000)
    .option('--host <address>', 'address to listen at', '127.0.0.1')
    .option('--base-host <name>', 'name that zones and buckets are put before', 'qingstor.localhost')
    .option('--zone <zone>', 'zone of requests that name none', 'pek3a')
    .option('--strict-zones', 'buckets are only found through hosts of their own zone, as with the vendor')
    .option('--access-key-id <id>', 'access key id that it accepts (QINGSTOR_ACCESS_KEY_ID)')
    .option('--secret-access-key <secret>', 'its secret, for throw-away keys (QINGSTOR_SECRET_ACCESS_KEY)')
    .option('--keys <file>', 'JSON array of further keys, with userId and policy')
    .action(async (options: ServerOptions, command: Command) => {
      const { output } = contextOf(command);
      setFlagsFromString(COLLECT_AT_ONCE);
      const { startQingStorServer } = await import('@sampan/qingstor-server');
      const accessKeyId =
        options.accessKeyId ??
        process.env.QINGSTOR_ACCESS_KEY_ID ??
        `QS${randomBytes(9).toString('hex').toUpperCase()}`;
      const given = options.secretAccessKey ?? process.env.QINGSTOR_SECRET_ACCESS_KEY;
      const secretAccessKey = given ?? randomBytes(20).toString('hex');
      if (options.secretAccessKey)
        output.note('warning: a secret on the command line can be seen by others; use QINGSTOR_SECRET_ACCESS_KEY');
      const accessKeys = options.keys === undefined ? [] : await readKeys(options.keys);
      let server: Awaited<ReturnType<typeof startQingStorServer>>;
      try {
        server = await startQingStorServer({
          data: options.data,
          port: options.port,
          host: options.host,
          ...(options.strictZones && { strictZones: true }),
          baseHost: options.baseHost,
          zone: options.zone,
          accessKeyId,
          secretAccessKey,
          accessKeys,
          onEvent: ({ level, message, requestId, error }) =>
            output.note(
              `${level}: ${message}${requestId ? ` (request ${requestId})` : ''}${error ? `: ${error}` : ''}`,
            ),
        });
      } catch (error) {
        throw new CommandError(error instanceof Error ? error.message : String(error));
      }
      // A key made here is for this run only and must be told; one that was given is known.
      const key = { accessKeyId, ...(given === undefined && { secretAccessKey }) };
      if (output.json) output.line(JSON.stringify({ url: server.url, ...key }));
      else {
        output.line(`QingStor-compatible server at ${server.url}, data in ${options.data}.`);
        output.line(
          `  also as http://<zone>.${options.baseHost}:${server.port} and http://<bucket>.<zone>.${options.baseHost}:${server.port}`,
        );
        for (const [name, value] of Object.entries(key)) output.line(`  ${name}  ${value}`);
        output.note('Ctrl-C ends it.');
      }
      await new Promise<void>((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
      });
      await server.close();
    });
}
