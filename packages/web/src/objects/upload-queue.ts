import type { ErrorRecord } from '../api/problem.ts';
import type { ObjectPlace } from './object-api.ts';

export type UploadState = 'waiting' | 'sending' | 'done' | 'failed';

export interface Upload {
  id: number;
  place: ObjectPlace;
  key: string;
  /** Bytes. */
  size: number;
  sent: number;
  state: UploadState;
  error: ErrorRecord | null;
}

export interface NewUpload<Content> {
  key: string;
  size: number;
  content: Content;
}

export type Send<Content> = (
  upload: { place: ObjectPlace; key: string; content: Content },
  onProgress: (sent: number) => void,
  signal: AbortSignal,
) => Promise<void>;

interface Parts<Content> {
  send: Send<Content>;
  toError: (thrown: unknown) => ErrorRecord;
  /** Tells the listeners, soon and not for each byte. */
  later: (tell: () => void) => void;
  atOnce: number;
}

/** Sends what it is given, a few at once; it goes on while one looks at other pages. */
export function createUploadQueue<Content>({ send, toError, later, atOnce }: Parts<Content>) {
  const contents = new Map<number, Content>();
  const running = new Map<number, AbortController>();
  const listeners = new Set<() => void>();
  let uploads: readonly Upload[] = [];
  let lastId = 0;
  let isTelling = false;

  const tell = () => {
    if (isTelling) return;
    isTelling = true;
    later(() => {
      isTelling = false;
      for (const listener of listeners) listener();
    });
  };
  const change = (id: number, change: Partial<Upload>) => {
    uploads = uploads.map((upload) => (upload.id === id ? { ...upload, ...change } : upload));
    tell();
  };
  const remove = (isGone: (upload: Upload) => boolean) => {
    for (const { id } of uploads.filter(isGone)) {
      running.get(id)?.abort();
      running.delete(id);
      contents.delete(id);
    }
    uploads = uploads.filter((upload) => !isGone(upload));
    tell();
  };

  async function run(upload: Upload, content: Content): Promise<void> {
    const { id, place, key } = upload;
    const controller = new AbortController();
    running.set(id, controller);
    change(id, { state: 'sending' });
    try {
      await send({ place, key, content }, (sent) => change(id, { sent }), controller.signal);
      contents.delete(id);
      change(id, { state: 'done', sent: upload.size });
    } catch (thrown) {
      if (!controller.signal.aborted) change(id, { state: 'failed', sent: 0, error: toError(thrown) });
    } finally {
      running.delete(id);
      begin();
    }
  }

  function begin(): void {
    for (const upload of uploads) {
      if (running.size >= atOnce) return;
      const content = contents.get(upload.id);
      if (upload.state === 'waiting' && content !== undefined) void run(upload, content);
    }
  }

  return {
    add(place: ObjectPlace, wishes: readonly NewUpload<Content>[]): void {
      const added = wishes.map(({ key, size, content }): Upload => {
        lastId += 1;
        contents.set(lastId, content);
        return { id: lastId, place, key, size, sent: 0, state: 'waiting', error: null };
      });
      // What was finished before is no part of the new work.
      const isOver = uploads.every(({ state }) => state === 'done');
      uploads = isOver ? added : [...uploads, ...added];
      tell();
      begin();
    },
    /** Ends what is under way and drops what waits; what failed before stays in sight. */
    stop(storageId: string): void {
      remove(
        (upload) => upload.place.storageId === storageId && (upload.state === 'waiting' || upload.state === 'sending'),
      );
      begin();
    },
    retry(storageId: string): void {
      uploads = uploads.map((upload) =>
        upload.place.storageId === storageId && upload.state === 'failed'
          ? { ...upload, state: 'waiting' as const, error: null }
          : upload,
      );
      tell();
      begin();
    },
    /** Forgets what has ended. */
    clear(storageId: string): void {
      remove(
        (upload) => upload.place.storageId === storageId && (upload.state === 'done' || upload.state === 'failed'),
      );
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** The same array until something changes. */
    uploads: (): readonly Upload[] => uploads,
  };
}

export interface UploadSummary {
  total: number;
  done: number;
  failed: readonly Upload[];
  unfinished: number;
  bytes: number;
  bytesSent: number;
}

export function summaryOf(uploads: readonly Upload[]): UploadSummary {
  const failed = uploads.filter(({ state }) => state === 'failed');
  const done = uploads.filter(({ state }) => state === 'done').length;
  return {
    total: uploads.length,
    done,
    failed,
    unfinished: uploads.length - done - failed.length,
    bytes: uploads.reduce((sum, { size }) => sum + size, 0),
    bytesSent: uploads.reduce((sum, { sent }) => sum + sent, 0),
  };
}
