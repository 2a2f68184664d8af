import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createQingzhouClient, type QingzhouClient, type QingzhouClientOptions } from './client.ts';

export const testKey = {
  accessKeyId: 'TESTKEY0000000000001',
  accessKeySecret: 'a-secret-only-for-tests-0000000000000001',
};

/** A client that does not really wait; the pauses it would have made are in `pauses`. */
export function impatientClient(
  endpoint: string,
  options: Partial<QingzhouClientOptions> = {},
): { client: QingzhouClient; pauses: number[] } {
  const pauses: number[] = [];
  const client = createQingzhouClient({
    ...testKey,
    endpoint,
    regionId: 'cn-north-1',
    requestsPerSecond: 10_000,
    sleep: async (milliseconds, signal) => {
      signal.throwIfAborted();
      pauses.push(milliseconds);
    },
    ...options,
  });
  return { client, pauses };
}

export interface ReceivedRequest {
  method: string;
  url: string;
  parameters: URLSearchParams;
}

/** A server that answers each request in turn as told, for what no well-behaved cloud does; the last answer is repeated. */
export async function scriptedServer(
  test: { after(work: () => Promise<void>): void },
  answers: readonly ((response: ServerResponse, request: ReceivedRequest) => void)[],
): Promise<{ url: string; received: ReceivedRequest[] }> {
  const received: ReceivedRequest[] = [];
  const body = async (request: IncomingMessage) => Buffer.concat(await Array.fromAsync(request)).toString();
  const server = createServer(async (request, response) => {
    const text = await body(request);
    const url = request.url ?? '';
    const parameters = new URLSearchParams(text || url.slice(url.indexOf('?') + 1));
    const seen = { method: request.method ?? '', url, parameters };
    received.push(seen);
    answers[Math.min(received.length, answers.length) - 1]?.(response, seen);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };

/** Everything that an error shows, also when it is logged whole. */
export function everythingOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), String(error.cause)].join('\n');
}
