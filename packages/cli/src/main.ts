import { CommanderError } from 'commander';
import { CommandError, EXIT } from './exit.ts';
import { makeProgram } from './program.ts';

// `sampan instance list | head` closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : EXIT.failed));

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (!(error instanceof CommandError)) throw error;
  if (process.argv.includes('--json') && error.problem !== undefined)
    process.stdout.write(`${JSON.stringify(error.problem, null, 2)}\n`);
  process.stderr.write(`error: ${error.message}\n`);
  if (error.hint) process.stderr.write(`       ${error.hint}\n`);
  return error.exitCode;
}

try {
  await makeProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
