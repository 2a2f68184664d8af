import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { SampanError } from '@sampan/driver';
import type { FastifyRequest } from 'fastify';
import type { App } from '../app.ts';

const DIST = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../web/dist');
const config = { permission: 'public' as const, publicBecause: 'the pages of the console hold no data' };

/** The built console: files with a hash in their name for ever, every other path is the page itself. */
export async function addConsole(app: App, folder: string = DIST): Promise<void> {
  const page = existsSync(path.join(folder, 'index.html'))
    ? readFileSync(path.join(folder, 'index.html'), 'utf8')
    : null;
  if (page !== null) {
    await app.register(async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, ...config };
      });
      await scope.register(fastifyStatic, {
        root: folder,
        wildcard: false,
        index: false,
        preCompressed: true,
        setHeaders: (reply, file) => {
          const isHashed = file.includes(`${path.sep}assets${path.sep}`);
          reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
        },
      });
    });
  }
  app.setNotFoundHandler(async (request, reply) => {
    const address = request.url.split('?')[0] ?? '';
    if (asksForPage(request) && page !== null)
      return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page);
    if (asksForPage(request)) {
      throw new SampanError('not_found', 'The console was not built.', {
        hint: 'Start Sampan with `npm start`, which builds it.',
        parameters: { what: 'page', id: address },
      });
    }
    throw new SampanError('not_found', `There is nothing at ${request.method} ${address}.`, {
      hint: 'The API is described at /api/docs.',
      parameters: { what: 'route', id: address },
    });
  });
}

/** Addresses of the console's own pages; not files, not the APIs, and nothing that a program signed. */
function asksForPage(request: FastifyRequest): boolean {
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  const address = request.url.split('?')[0] ?? '';
  const isApi = /^\/(api|zstack|metrics)(\/|$)/.test(address);
  const isFile = /\.[a-z0-9]{2,5}$/i.test(address);
  return isReading && !isApi && !isFile && request.headers.authorization === undefined;
}
