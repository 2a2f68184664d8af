import { connect, createServer, type Socket } from 'node:net';

/** What happens to a request on its way. */
export type ProxyFault =
  | 'pass'
  /** 30 ms late. */
  | 'delay'
  /** Cut before the request arrives. */
  | 'reset_before'
  /** Cut when the answer comes: what was asked is done. */
  | 'reset_after'
  /** Cut in the middle of the answer. */
  | 'truncate';

export interface FaultProxy {
  url: string;
  /** How often each fault has struck. */
  struck: () => Readonly<Record<ProxyFault, number>>;
  close: () => Promise<void>;
}

const DELAY_MS = 30;

/**
 * A TCP proxy on 127.0.0.1 to a local port that spoils requests, one after the other, as `cycle` says. It knows nothing
 * of HTTP: what a client sends in one piece counts as one request.
 */
export async function startFaultProxy(targetPort: number, cycle: readonly ProxyFault[]): Promise<FaultProxy> {
  const struck: Record<ProxyFault, number> = { pass: 0, delay: 0, reset_before: 0, reset_after: 0, truncate: 0 };
  const sockets = new Set<Socket>();
  let count = 0;

  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    let fault: ProxyFault = 'pass';
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', (request) => {
      fault = cycle[count % cycle.length] ?? 'pass';
      count += 1;
      struck[fault] += 1;
      if (fault === 'reset_before') client.resetAndDestroy();
      else if (fault === 'delay') setTimeout(() => upstream.write(request), DELAY_MS);
      else upstream.write(request);
    });
    upstream.on('data', (answer) => {
      if (fault === 'reset_after') client.resetAndDestroy();
      else if (fault === 'truncate')
        client.write(Buffer.from(answer.toString('latin1'), 'latin1').subarray(0, answer.length >> 1), end);
      else client.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    struck: () => struck,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
