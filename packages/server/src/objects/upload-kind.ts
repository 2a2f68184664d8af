import { SampanError } from '@sampan/driver';
import type { OperationKind } from '../operations/kinds.ts';
import { RunEnd } from '../operations/lease.ts';
import type { StorageConnections } from '../storages/connections.ts';
import type { UploadStreams } from './upload-streams.ts';

export const UPLOAD_KIND = 'object.upload';

export type UploadInput = { storageId: string; bucket: string | null; key: string; contentType: string | null };

function isServerStop({ reason }: AbortSignal): boolean {
  return reason instanceof RunEnd && reason.why === 'server_stops';
}

function cancelled(): SampanError {
  return new SampanError('cancelled', 'The upload was cancelled.', { hint: 'Nothing was stored.' });
}

/** What the sender of an upload is told. */
export function shuttingDown(): SampanError {
  return new SampanError('shutting_down', 'The server stops.', {
    hint: 'Nothing was stored. Send it again in a moment.',
    retryable: true,
  });
}

function senderLost(key: string): SampanError {
  return new SampanError(
    'interrupted_unknown_result',
    `The server was interrupted while ${JSON.stringify(key)} was sent, and the sender is gone.`,
    {
      hint: 'Either the whole object is there or nothing of it. Look, and send it again if needed.',
      parameters: { key },
    },
  );
}

/** Stores what the request sends that started it. Only this process has the request: it cannot be resumed. */
export function uploadKind(parts: { connections: StorageConnections; streams: UploadStreams }): OperationKind {
  return {
    kind: UPLOAD_KIND,
    steps: ['upload'],
    run: (context) =>
      context.step('upload', async () => {
        const { storageId, bucket, key, contentType } = context.input as UploadInput;
        const upload = parts.streams.take(context.operationId);
        if (!upload) throw senderLost(key);
        upload.begun();
        try {
          const storage = await parts.connections.live(storageId);
          const { body, closed, stopping } = upload;
          const result = await storage.objects(bucket ?? undefined).put(key, body, {
            signal: AbortSignal.any([context.signal, closed, stopping]),
            ...(contentType !== null && { contentType }),
            onProgress: (done) => {
              // Not awaited: what cannot be written any more ends the run by its signal.
              context.progress({ done, total: body.size, unit: 'bytes' }).catch(() => undefined);
            },
          });
          upload.done(result);
          return { key, ...result };
        } catch (thrown) {
          const error = upload.body.failure() ?? thrown;
          const { closed, stopping } = upload;
          const isStopping = stopping.aborted || isServerStop(context.signal);
          upload.failed(isStopping ? shuttingDown() : context.signal.aborted ? cancelled() : error);
          if (stopping.aborted) throw senderLost(key);
          // The sender gave it up, which is how an upload is cancelled from where it was begun.
          if (closed.aborted && !context.signal.aborted) throw new RunEnd('cancelled');
          throw error;
        }
      }),
  };
}
