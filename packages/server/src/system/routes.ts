import { Type } from 'typebox';
import type { App } from '../app.ts';
import { actorOf } from '../authentication/actor-of.ts';
import { OperationSchema } from '../operations/schema.ts';
import type { OperationService } from '../operations/service.ts';
import type { Database } from '../platform/database/open.ts';
import { Nullable, OperationRequest, Time } from '../platform/http/schemas.ts';
import { isoTime } from '../platform/time.ts';
import { VERSION } from '../version.ts';
import type { SecretKeys } from './secret-keys.ts';
import type { Servers } from './servers.ts';
import type { Standby } from './standby.ts';

const KeyId = Type.String({ description: 'First 16 hex characters of a hash of the key: names it without telling it' });

const SystemSchema = Type.Object({
  version: Type.String(),
  database: Type.String({ enum: ['sqlite', 'postgres'] }),
  standby: Nullable(
    Type.Object(
      { copiedAt: Time, since: Time },
      {
        description:
          'This server was started from a backup of its database and begins nothing by itself until somebody takes over; null: it works',
      },
    ),
  ),
  servers: Type.Array(
    Type.Object({
      id: Type.String(),
      nodeId: Type.String(),
      name: Type.String({ description: 'Name of the computer' }),
      version: Type.String(),
      startedAt: Time,
      seenAt: Time,
      isThis: Type.Boolean({ description: 'It gave this answer' }),
      hasSecretKey: Type.Boolean({ description: 'It has the secret key that seals' }),
    }),
    { description: 'That work on this database now' },
  ),
});

const SecretKeySchema = Type.Object({
  id: KeyId,
  from: Type.String({ enum: ['folder', 'file', 'value', 'command'], description: 'Which kind of setting gives it' }),
  place: Nullable(Type.String({ description: 'The folder or file, on the server' })),
  rotation: Nullable(
    Type.Object({
      from: KeyId,
      to: KeyId,
      phase: Type.String({ enum: ['prepared', 'switched'] }),
      startedAt: Time,
    }),
  ),
  recoveryKey: Nullable(
    Type.Object({
      recipient: Type.String({ description: 'Its public half, `age1…`' }),
      createdAt: Time,
      createdBy: Type.String(),
      checkedAt: Nullable(Time),
    }),
  ),
});

/** What concerns Sampan as a whole: its servers, the secret key, and taking over from a lost server. */
export function addSystemRoutes(
  app: App,
  parts: {
    database: Database;
    servers: Servers;
    standby: Standby;
    secretKeys: SecretKeys;
    operations: OperationService;
  },
): void {
  const { standby, secretKeys, operations } = parts;
  const tags = ['system'];

  async function system() {
    const { keyId } = await parts.secretKeys.state();
    return {
      version: VERSION,
      database: parts.database.kind,
      standby: standby.state && {
        copiedAt: isoTime(standby.state.copiedAt),
        since: isoTime(standby.state.since),
      },
      servers: (await parts.servers.live()).map((server) => ({
        ...{ id: server.id, nodeId: server.nodeId, name: server.name, version: server.version },
        ...{ startedAt: isoTime(server.startedAt), seenAt: isoTime(server.seenAt) },
        ...{ isThis: server.isThis, hasSecretKey: keyId === null || server.keyIds.includes(keyId) },
      })),
    };
  }

  app.get(
    '/system',
    {
      config: { permission: 'system:read' },
      schema: {
        tags,
        summary: 'See the servers, and whether this one waits for taking over',
        response: { 200: SystemSchema },
      },
    },
    system,
  );

  app.post(
    '/system/take-over',
    {
      config: { permission: 'system:take_over', audit: 'system.take_over' },
      schema: {
        tags,
        summary: 'Say that this server, started from a backup of its database, works from now on in place of the other',
        response: { 200: SystemSchema },
      },
    },
    async (request) => {
      await standby.takeOver(actorOf(request));
      return system();
    },
  );

  app.get(
    '/secret-key',
    {
      config: { permission: 'secret_key:read' },
      schema: {
        tags,
        summary: 'See which key seals secrets and whether it can be recovered',
        response: { 200: SecretKeySchema },
      },
    },
    async () => secretKeys.view(),
  );

  app.post(
    '/secret-key/rotate',
    {
      config: { permission: 'secret_key:rotate', audit: 'secret_key.rotate' },
      schema: {
        tags,
        summary: 'Seal every secret with another key while the servers work',
        body: OperationRequest,
        response: { 202: OperationSchema },
      },
    },
    async (request, reply) => {
      const operation = await secretKeys.rotate(actorOf(request), request.body?.id ?? request.idempotentId);
      return reply.code(202).send(await operations.get(operation.id));
    },
  );

  app.post(
    '/secret-key/recovery-key',
    {
      config: {
        permission: 'recovery_key:create',
        audit: 'recovery_key.create',
        answerNotKeptBecause: 'it would be sealed with the very key that the recovery key is to outlive',
      },
      schema: {
        tags,
        summary: 'Make the recovery key, which is never shown again',
        body: Type.Union([
          Type.Null(),
          Type.Object(
            { replace: Type.Optional(Type.Boolean({ description: 'An earlier one is worth nothing from then on' })) },
            { additionalProperties: false },
          ),
        ]),
        response: {
          201: Type.Object({
            recoveryKey: Type.String({ description: '`AGE-SECRET-KEY-1…`: keep it apart from the server' }),
            recipient: Type.String(),
            createdAt: Time,
          }),
        },
      },
    },
    async (request, reply) => {
      const made = await secretKeys.makeRecoveryKey(actorOf(request), request.body?.replace ?? false);
      return reply.code(201).header('cache-control', 'no-store').send(made);
    },
  );

  app.post(
    '/secret-key/recovery-key/check',
    {
      config: { permission: 'recovery_key:check', audit: 'recovery_key.check' },
      schema: {
        tags,
        summary: 'Prove that a recovery key which somebody kept opens the secret key',
        body: Type.Object({ recoveryKey: Type.String({ maxLength: 200 }) }, { additionalProperties: false }),
        response: { 200: SecretKeySchema },
      },
    },
    async (request) => {
      await secretKeys.checkRecoveryKey(request.body.recoveryKey, actorOf(request));
      return secretKeys.view();
    },
  );
}
