import type { PutResult } from '@sampan/storage';
import type { RequestBody } from './request-body.ts';

export interface WaitingUpload {
  body: RequestBody;
  /** Aborts when the sender is gone. */
  closed: AbortSignal;
  /** Aborts when the server stops: the sender is told first, before operations are handed back. */
  stopping: AbortSignal;
  /** Called once by the run that took it. */
  begun: () => void;
  done: (result: PutResult) => void;
  failed: (error: unknown) => void;
}

/** Bodies of requests that wait for their operation to take them, by its id. They are in this process and nowhere else. */
export class UploadStreams {
  readonly #waiting = new Map<string, WaitingUpload>();

  put(operationId: string, upload: WaitingUpload): void {
    this.#waiting.set(operationId, upload);
  }

  /** Gives it away: a second run of the same operation finds nothing. */
  take(operationId: string): WaitingUpload | undefined {
    const upload = this.#waiting.get(operationId);
    this.#waiting.delete(operationId);
    return upload;
  }
}
