import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes names in directories durable; callers that come while a sync runs share the next one. */
export class Directories {
  private readonly running = new Map<string, Promise<void>>();
  private readonly waiting = new Map<string, Promise<void>>();
  private readonly known = new Map<string, Promise<void>>();

  /** Resolves when every name that was in `path` when this was called is on the disk. */
  sync(path: string): Promise<void> {
    const running = this.running.get(path);
    if (!running) return this.start(path);
    let next = this.waiting.get(path);
    if (!next) {
      next = running
        .catch(() => undefined)
        .then(() => {
          this.waiting.delete(path);
          return this.start(path);
        });
      this.waiting.set(path, next);
    }
    return next;
  }

  private start(path: string): Promise<void> {
    const promise = syncOnce(path).finally(() => this.running.delete(path));
    this.running.set(path, promise);
    return promise;
  }

  /** Makes a directory, durably; asked again, it costs nothing. */
  ensure(path: string): Promise<void> {
    let made = this.known.get(path);
    if (!made) {
      made = mkdir(path, { recursive: true })
        .then(() => this.sync(dirname(path)))
        .catch((error: unknown) => {
          this.known.delete(path);
          throw error;
        });
      this.known.set(path, made);
    }
    return made;
  }
}

async function syncOnce(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
