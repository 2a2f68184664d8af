import type { Api } from '../client/api.ts';
import type { CheckLine } from '../client/types.ts';
import { CommandError, EXIT } from '../exit.ts';
import { duration } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { printable } from '../output/width.ts';

const MARKS = { passed: '✔', warning: '!', failed: '✖', skipped: '-' } as const;

/** What to do about steps that failed, where a command of this program does it. */
export type RemedyOf = (failed: readonly CheckLine[]) => string | undefined;

/** Prints each step as it ends, with cause and remedy. @throws CommandError when one failed */
export async function printChecks(
  output: Output,
  checks: AsyncIterable<CheckLine>,
  remedyOf: RemedyOf = () => undefined,
): Promise<void> {
  const lines: CheckLine[] = [];
  for await (const line of checks) {
    lines.push(line);
    if (output.json) continue;
    output.line(
      `${MARKS[line.state]} ${line.name.padEnd(20)} ${duration(line.durationMs).padStart(7)}  ${printable(line.message)}`,
    );
    if (line.cause) output.line(`    cause:  ${printable(line.cause)}`);
    if (line.remedy) output.line(`    remedy: ${printable(line.remedy)}`);
  }
  if (output.json) output.data(lines);
  const failed = lines.filter(({ state }) => state === 'failed');
  if (failed.length > 0)
    throw new CommandError('The connection does not work.', { exitCode: EXIT.failed, hint: remedyOf(failed) });
}

/** Test Connection by the server. */
export function testConnection(
  api: Api,
  output: Output,
  path: string,
  body: unknown,
  remedyOf?: RemedyOf,
): Promise<void> {
  return printChecks(output, api.lines<CheckLine>(path, body), remedyOf);
}
