import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** How a storage behaves. */
export type Mood =
  | 'well'
  /** Every connection breaks. */
  | 'gone'
  /** Every request takes a while. */
  | 'slow'
  /** Nothing more can be stored. */
  | 'full'
  /** Says that it stored what it threw away. */
  | 'lying';

export interface MoodyProxy {
  url: string;
  mood: Mood;
  close(): Promise<void>;
}

const SLOW_MS = 150;

/** In front of an object storage with S3's protocol, on loopback: the same storage, in any mood. */
export async function startMoodyProxy(target: string, isData: (path: string) => boolean): Promise<MoodyProxy> {
  const { hostname, port } = new URL(target);

  function pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method, url: path, headers } = incoming;
    const upstream = request({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    upstream.on('error', () => incoming.socket.destroy());
    incoming.pipe(upstream);
  }

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (proxy.mood === 'gone') {
      incoming.socket.destroy();
      return;
    }
    const isLost = proxy.mood === 'lying' && incoming.method === 'PUT' && isData(incoming.url ?? '');
    const isRefused = proxy.mood === 'full' && incoming.method === 'PUT';
    if (isLost || isRefused) {
      const hash = createHash('md5');
      for await (const piece of incoming) hash.update(piece);
      outgoing.writeHead(isRefused ? 507 : 200, isLost ? { etag: `"${hash.digest('hex')}"` } : {}).end();
      return;
    }
    if (proxy.mood === 'slow') await pause(SLOW_MS);
    pass(incoming, outgoing);
  }

  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing).catch(() => outgoing.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: MoodyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mood: 'well',
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
