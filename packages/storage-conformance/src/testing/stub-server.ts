import { createServer as createPlain, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTls } from 'node:https';
import { createServer, type Socket } from 'node:net';
import { untrusted } from './untrusted-certificate.ts';

export interface Stub {
  port: number;
  url: string;
  close: () => Promise<void>;
}

export type StubAnswer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that answers everything in one way: a web page, an error, or never. */
export async function startStub(answer: StubAnswer, tls = false): Promise<Stub> {
  const server = tls ? createTls(untrusted) : createPlain();
  const sockets = new Set<Socket>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // Read to its end first: who is answered before would see a broken connection.
    request.resume().on('end', () => answer(request, response));
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    port,
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Always this status with this document. */
export const always =
  (status: number, type: string, body: string, headers: Record<string, string> = {}): StubAnswer =>
  (request, response) => {
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  };

export const webPage = always(200, 'text/html; charset=utf-8', '<!doctype html><title>Welcome</title>');
export const never: StubAnswer = () => undefined;

/** A port on 127.0.0.1 at which nothing listens. */
export async function closedPort(): Promise<number> {
  const stub = await startStub(never);
  await stub.close();
  return stub.port;
}

/** A TCP server that says something, or nothing, to whoever connects, and listens no further. */
export async function startGreeter(greeting: string | null): Promise<Stub> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.resume();
    if (greeting !== null) socket.end(greeting);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    port,
    url: `tcp://127.0.0.1:${port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
