import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifySchema } from 'fastify';
import type { App } from '../app.ts';
import { VERSION } from '../version.ts';

const DESCRIPTION = `
The API of Sampan. Requests are signed with an AccessKey in ZStack's scheme, or carry the session cookie.

**Signature.** \`Authorization: ZStack <AccessKey ID>:<signature>\`, where the signature is
base64(HMAC-SHA1(AccessKey Secret, METHOD + "\\n" + Date header + "\\n" + path)); the path is the whole one as sent, without
the query. The Date header has the form \`Fri, 06 Aug 2021 17:58:34 GMT\` and may differ by 15 minutes. To bind query and body
too, send \`X-Sampan-Content-SHA256: <hex SHA-256 of the body>\` and sign three more lines: the query without \`?\`, that hash,
and the Idempotency-Key (or an empty line).

**Errors** are \`application/problem+json\` with a stable \`code\` and a \`hint\`. **Lists** answer \`nextCursor\`. **Changes** take
\`If-Match\` with the ETag; **POST** takes \`Idempotency-Key\`. What changes a cloud answers 202 with an operation.
`.trim();

const SECURITY: Record<string, string[]>[] = [{ zstack: [] }, { session: [] }];

/** Collects the schemas of all routes; call before adding them. */
export async function addOpenApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sampan',
        version: VERSION,
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          zstack: {
            type: 'apiKey',
            in: 'header',
            name: 'Authorization',
            description: 'ZStack <AccessKey ID>:<signature>',
          },
          session: { type: 'apiKey', in: 'cookie', name: 'sampan_session' },
        },
        schemas: {
          Problem: {
            type: 'object',
            required: ['type', 'title', 'status', 'code', 'detail', 'retryable', 'requestId'],
            properties: {
              type: { type: 'string' },
              title: { type: 'string' },
              status: { type: 'integer' },
              code: { type: 'string' },
              detail: { type: 'string' },
              hint: { type: 'string' },
              retryable: { type: 'boolean' },
              requestId: { type: 'string' },
              parameters: { type: 'object' },
              fields: {
                type: 'array',
                items: {
                  type: 'object',
                  properties: { field: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } },
                },
              },
            },
          },
        },
      },
    },
    transform: ({ schema, url, route }) => {
      const { permission } = route.config ?? {};
      const responses = {
        ...(schema?.response as object | undefined),
        default: {
          description: 'An error',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      };
      const isOpen = permission === 'public';
      const needs =
        permission === undefined || isOpen || permission === 'signed_in'
          ? ''
          : `Needs the permission \`${permission}\`.`;
      const described: FastifySchema = {
        ...schema,
        description: needs,
        security: isOpen ? [] : SECURITY,
        response: responses,
      };
      return { schema: described, url };
    },
  });
}

/** The description and its reference page; call after all routes were added. */
export async function addOpenApiRoutes(app: App): Promise<void> {
  const config = { permission: 'public' as const, publicBecause: 'the description of the API holds no data' };
  app.get('/api/v1/openapi.json', { config, schema: { hide: true } }, async (_request, reply) =>
    reply.send(app.swagger()),
  );
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, ...config };
    });
    await scope.register(swaggerUi, {
      routePrefix: '/api/docs',
      // The library's own policy asks browsers to upgrade to HTTPS, which a plain server in a private network does not have.
      staticCSP:
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; frame-ancestors 'none'",
      uiConfig: {
        url: '/api/v1/openapi.json',
        docExpansion: 'none',
        layout: 'BaseLayout',
        tryItOutEnabled: false,
        validatorUrl: null,
      },
    });
  });
}
