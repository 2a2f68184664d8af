import type { FileHandle } from 'node:fs/promises';

/** Bytes gathered before they are written, for a lone upload and for one among many. */
const FLUSH_BYTES = 1024 * 1024;
const CROWDED_FLUSH_BYTES = 128 * 1024;
const CROWD = 64;
/** How often the free space is looked at while the length is not known. */
const CLAIM_BYTES = 16 * 1024 * 1024;

export interface BlobWriterHooks {
  /** How many uploads are under way. */
  crowd(): number;
  claim(bytes: number): Promise<void>;
  /** Gives the synced file its place. */
  publish(): Promise<void>;
  closed(): void;
  remove(): Promise<void>;
}

/**
 * One data file being written. Memory: at most two flushes, one gathering while the other is written. Ends with either
 * `seal` or `abort`.
 */
export class BlobWriter {
  readonly id: number;
  size = 0;
  private readonly file: FileHandle;
  private readonly hooks: BlobWriterHooks;
  private gathered: Uint8Array[] = [];
  private gatheredBytes = 0;
  private claimedAt = 0;
  private writing: Promise<void> = Promise.resolve();
  private open = true;

  constructor(id: number, file: FileHandle, hooks: BlobWriterHooks) {
    this.id = id;
    this.file = file;
    this.hooks = hooks;
  }

  /** Resolves when more may come. The bytes must not be changed afterwards. */
  async write(bytes: Uint8Array): Promise<void> {
    this.gathered.push(bytes);
    this.gatheredBytes += bytes.length;
    this.size += bytes.length;
    if (this.gatheredBytes < (this.hooks.crowd() > CROWD ? CROWDED_FLUSH_BYTES : FLUSH_BYTES)) return;
    await this.flush();
  }

  private async flush(): Promise<void> {
    await this.writing;
    if (this.size - this.claimedAt > CLAIM_BYTES) {
      this.claimedAt = this.size;
      await this.hooks.claim(CLAIM_BYTES);
    }
    const buffers = this.gathered;
    const length = this.gatheredBytes;
    if (length === 0) return;
    this.gathered = [];
    this.gatheredBytes = 0;
    this.writing = this.file.writev(buffers).then(async ({ bytesWritten }) => {
      // A disk that fills up takes a part first; the next call tells why.
      if (bytesWritten < length) await this.rest(buffers, bytesWritten);
    });
    this.writing.catch(() => undefined);
  }

  private async rest(buffers: Uint8Array[], written: number): Promise<void> {
    const all = Buffer.concat(buffers);
    for (let at = written; at < all.length; ) {
      const { bytesWritten } = await this.file.write(all, at, all.length - at);
      if (bytesWritten === 0) throw Object.assign(new Error('nothing more can be written'), { code: 'ENOSPC' });
      at += bytesWritten;
    }
  }

  /** Resolves when the bytes and the name of the file are on the disk. */
  async seal(): Promise<void> {
    await this.flush();
    await this.writing;
    await this.file.datasync();
    await this.close();
    await this.hooks.publish();
  }

  /** Leaves nothing behind; harmless after `seal` has failed. */
  async abort(): Promise<void> {
    await this.writing.catch(() => undefined);
    await this.close().catch(() => undefined);
    await this.hooks.remove();
  }

  private async close(): Promise<void> {
    if (!this.open) return;
    this.open = false;
    this.hooks.closed();
    await this.file.close();
  }
}
