import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { SampanError } from '@sampan/driver';
import type { App } from '../app.ts';

const DIST = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../web/dist');
const config = { permission: 'public' as const, publicBecause: 'the pages of the console hold no data' };

/** The built console: files with a hash in their name for ever, every other path is the page itself. */
export async function addConsole(app: App, folder: string = DIST): Promise<void> {
  const isBuilt = existsSync(path.join(folder, 'index.html'));
  if (isBuilt) {
    await app.register(async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, ...config };
      });
      await scope.register(fastifyStatic, {
        root: folder,
        wildcard: false,
        index: false,
        setHeaders: (reply, file) => {
          const isHashed = file.includes(`${path.sep}assets${path.sep}`);
          reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
        },
      });
    });
  }
  app.setNotFoundHandler(async (request, reply) => {
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') && !/^\/(api|zstack|metrics)(\/|\?|$)/.test(request.url);
    const isFile = /\.[a-z0-9]{2,5}$/i.test(request.url.split('?')[0] ?? '');
    if (isPage && !isFile && isBuilt) return reply.header('cache-control', 'no-cache').sendFile('index.html');
    if (isPage && !isFile) {
      throw new SampanError('not_found', 'The console was not built.', {
        hint: 'Start Sampan with `npm start`, which builds it.',
      });
    }
    throw new SampanError('not_found', `There is nothing at ${request.method} ${request.url.split('?')[0]}.`, {
      hint: 'The API is described at /api/docs.',
      parameters: { what: 'route', id: request.url.split('?')[0] ?? '' },
    });
  });
}
