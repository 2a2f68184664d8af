import { connect, createServer, type Socket } from 'node:net';

/** What happens to one exchange: what a client sends, and what comes back. */
export type ProxyFault =
  | 'pass'
  /** 20 ms late. */
  | 'delay'
  /** Cut before anything arrives. */
  | 'reset_before'
  /** Cut when some of it has arrived; what is short arrives whole. */
  | 'reset_within'
  /** Cut when the answer comes: what was asked is done. */
  | 'reset_after'
  /** Cut within the answer. */
  | 'truncate';

export interface FaultProxy {
  port: number;
  url: string;
  /** How often each fault has struck. */
  struck: () => Readonly<Record<ProxyFault, number>>;
  close: () => Promise<void>;
}

const DELAY_MS = 20;
/** Bytes of a request that arrive before it is cut within. */
const WITHIN = 20_000;
/** Of an answer: longer than its head, shorter than most bodies. */
const TRUNCATED = 700;

interface Connection {
  fault: ProxyFault;
  /** Bytes of this exchange, each way. */
  sent: number;
  received: number;
}

/**
 * A TCP proxy on 127.0.0.1 to a local port that spoils exchanges as `next` says for each, counted from 0. It knows nothing
 * of the protocol: an exchange begins where a client sends for the first time or after it got something.
 */
export async function startFaultProxy(targetPort: number, next: (exchange: number) => ProxyFault): Promise<FaultProxy> {
  const struck = { pass: 0, delay: 0, reset_before: 0, reset_within: 0, reset_after: 0, truncate: 0 };
  const sockets = new Set<Socket>();
  let count = 0;

  function toServer(client: Socket, upstream: Socket, state: Connection, piece: Buffer): void {
    if (state.received > 0 || state.sent === 0) {
      Object.assign(state, { fault: next(count), sent: 0, received: 0 });
      count += 1;
      struck[state.fault] += 1;
    }
    state.sent += piece.length;
    if (state.fault === 'reset_before') {
      client.resetAndDestroy();
      return;
    }
    if (state.fault === 'reset_within' && state.sent > WITHIN) {
      client.resetAndDestroy();
      return;
    }
    const pass = () => {
      if (upstream.write(piece)) return;
      client.pause();
      upstream.once('drain', () => client.resume());
    };
    if (state.fault !== 'delay') {
      pass();
      return;
    }
    client.pause();
    setTimeout(() => {
      client.resume();
      pass();
    }, DELAY_MS);
  }

  function toClient(client: Socket, upstream: Socket, state: Connection, piece: Buffer): void {
    const isFirst = state.received === 0;
    state.received += piece.length;
    if (state.fault === 'reset_after' && isFirst) {
      client.resetAndDestroy();
      return;
    }
    if (state.fault === 'truncate' && isFirst) {
      const part = piece.subarray(0, Math.min(TRUNCATED, piece.length - 1));
      client.write(part, () => client.destroy());
      return;
    }
    if (state.fault === 'truncate') return;
    if (client.write(piece)) return;
    upstream.pause();
    client.once('drain', () => upstream.resume());
  }

  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    const state: Connection = { fault: 'pass', sent: 0, received: 0 };
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('end', () => other.end());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (piece: Buffer) => toServer(client, upstream, state, piece));
    upstream.on('data', (piece: Buffer) => toClient(client, upstream, state, piece));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    struck: () => struck,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Goes round and round a list of faults, beginning somewhere. */
export function cycleOf(faults: readonly ProxyFault[], begin = 0): (exchange: number) => ProxyFault {
  return (exchange) => faults[(exchange + begin) % faults.length] ?? 'pass';
}
