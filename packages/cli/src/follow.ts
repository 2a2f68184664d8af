import type { Api } from './client/api.ts';
import type { OperationView } from './client/types.ts';
import { CommandError, EXIT } from './exit.ts';
import { duration } from './output/format.ts';
import type { Output } from './output/output.ts';

const LOOK_EVERY_MS = 500;

function isFinished(operation: OperationView): boolean {
  return operation.state !== 'queued' && operation.state !== 'running';
}

function describe(operation: OperationView): string {
  const current = operation.steps.find((step) => step.state === 'running');
  const { progress } = operation;
  const counted = progress
    ? ` ${progress.done}${progress.total === null ? '' : `/${progress.total}`} ${progress.unit}`
    : '';
  const waiting = operation.waitingForServer
    ? `, waits for the server ${operation.waitingForServer}, which does not answer`
    : operation.waitingFor
      ? ` waits for ${operation.waitingFor.operationId}`
      : '';
  const step = current ? ` ${current.name}${current.message ? ` (${current.message})` : ''}${counted}` : '';
  return `${operation.kind} ${operation.target.name}: ${operation.state}${step}${waiting}`;
}

/**
 * Waits for operations to end, showing what they do, and tells how each ended.
 * @returns them as they are at the end; @throws CommandError when one did not succeed
 */
export async function follow(api: Api, output: Output, ids: readonly string[]): Promise<OperationView[]> {
  const ended: OperationView[] = [];
  let pending = [...ids];
  const startedAt = Date.now();
  let lastText = '';
  while (pending.length > 0) {
    const now = await Promise.all(pending.map((id) => api.get<OperationView>(`/operations/${id}`)));
    for (const operation of now.filter(isFinished)) {
      output.clearStatus();
      const took = duration(Date.now() - startedAt);
      const why = operation.error ? `: ${operation.error.message}` : '';
      const mark = operation.state === 'succeeded' ? '✔' : '✖';
      if (!output.json)
        output.note(`${mark} ${operation.kind} ${operation.target.name}: ${operation.state} after ${took}${why}`);
      ended.push(operation);
    }
    const running = now.filter((operation) => !isFinished(operation));
    pending = running.map((operation) => operation.id);
    const [first] = running;
    if (!first) break;
    const text = describe(first) + (running.length > 1 ? ` (and ${running.length - 1} more)` : '');
    output.status(text);
    // Without a terminal each change of what is going on is a line, for logs.
    if (!output.isInteractive && !output.json && text !== lastText) output.note(text);
    lastText = text;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  const [bad] = ended.filter((operation) => operation.state !== 'succeeded');
  if (output.json) output.data(ids.length === 1 ? ended[0] : ended);
  if (bad) {
    throw new CommandError(`${bad.kind} ${bad.target.name} ${bad.state}.`, {
      exitCode: EXIT.failed,
      hint: bad.error?.hint ?? `See: sampan operation show ${bad.id}`,
    });
  }
  return ended;
}
