import { createServer as createHttpServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** What happens to one connection. Bytes count from its beginning. */
export interface Trouble {
  /** Reset when so many bytes have gone to the server. */
  resetAfterUp?: number;
  /** Reset when so many bytes have come from the server; what comes before arrives. */
  resetAfterDown?: number;
  /** This byte on its way to the server is changed. */
  flipUp?: number;
  /** This byte on its way from the server is changed. */
  flipDown?: number;
}

export interface TestProxy {
  endpoint: string;
  /** Connections or requests so far. */
  count(): number;
}

function listen(context: TestContext, server: Server, sockets: Set<Socket>): Promise<string> {
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  context.after(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
    });
  });
}

function flipped(chunk: Buffer, at: number): Buffer {
  const copy = Buffer.from(chunk);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}

/** Copies one way with back pressure, changing a byte and ending where it is told to. */
function carry(
  from: Socket,
  to: Socket,
  rules: { flip?: number | undefined; limit?: number | undefined; cut(): void },
) {
  let seen = 0;
  from.on('data', (chunk: Buffer) => {
    const at = (rules.flip ?? -1) - seen;
    let passed = at >= 0 && at < chunk.length ? flipped(chunk, at) : chunk;
    const left = (rules.limit ?? Number.POSITIVE_INFINITY) - seen;
    seen += chunk.length;
    if (left < chunk.length) passed = passed.subarray(0, Math.max(0, left));
    if (left <= chunk.length) {
      to.write(passed, () => rules.cut());
      return;
    }
    if (!to.write(passed)) {
      from.pause();
      to.once('drain', () => from.resume());
    }
  });
}

/** A TCP proxy whose connections go wrong as `plan` says for each, counted from 0. Knows nothing of HTTP. */
export async function troubleProxy(
  context: TestContext,
  targetPort: number,
  plan: (connection: number) => Trouble,
): Promise<TestProxy> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const trouble = plan(count);
    count += 1;
    const upstream = connect(targetPort, '127.0.0.1');
    sockets.add(upstream);
    const cut = (): void => {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    };
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    carry(client, upstream, { flip: trouble.flipUp, limit: trouble.resetAfterUp, cut });
    carry(upstream, client, { flip: trouble.flipDown, limit: trouble.resetAfterDown, cut });
  });
  return { endpoint: await listen(context, server, sockets), count: () => count };
}

export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  index: number,
) => boolean | 'flip' | undefined;

/** An HTTP proxy: `handle` may answer a request itself (true) or have its first byte changed; else it is passed on. */
export async function httpProxy(context: TestContext, targetPort: number | null, handle: Handler): Promise<TestProxy> {
  let count = 0;
  const server = createHttpServer((incoming, response) => {
    count += 1;
    const verdict = handle(incoming, response, count - 1);
    if (verdict === true) {
      incoming.resume();
      return;
    }
    const { method, url, rawHeaders } = incoming;
    const passed = request(
      { host: '127.0.0.1', port: targetPort ?? 0, method, path: url, headers: rawHeaders, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(response);
      },
    );
    passed.on('error', () => response.destroy());
    if (verdict !== 'flip') incoming.pipe(passed);
    else {
      incoming.once('data', (first: Buffer) => {
        passed.write(flipped(first, 0));
        incoming.pipe(passed);
      });
    }
  });
  return { endpoint: await listen(context, server, new Set()), count: () => count };
}

/** Answers in the vendor's way. */
export function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  headers: Record<string, string> = {},
): true {
  const body = JSON.stringify({ code, message: `this is ${code}`, request_id: 'test-request' });
  response.writeHead(status, { 'Content-Type': 'application/json', 'x-qs-request-id': 'test-request', ...headers });
  response.end(body);
  return true;
}
