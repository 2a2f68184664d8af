import { constants } from 'node:fs';
import { copyFile, type FileHandle, link, mkdir, open, readdir, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BlobWriter } from './blob-writer.ts';
import { Directories } from './directories.ts';
import type { FreeSpace } from './free-space.ts';

/** Id of a data file: the run of the server that wrote it, then a number in this run. */
const SEQUENCES_PER_RUN = 2 ** 32;
const FILES_PER_DIRECTORY = 4096;
const OPEN_ATTEMPTS = 20;
const OPEN_PAUSE_MS = 50;

/** Opens a file; waits a little where too many are open just now. */
async function openPatiently(path: string, flags: string): Promise<FileHandle> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open(path, flags, 0o600);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if ((code !== 'EMFILE' && code !== 'ENFILE') || attempt === OPEN_ATTEMPTS) throw error;
      await delay(OPEN_PAUSE_MS);
    }
  }
}

/**
 * The data files. Their names are numbers: no key ever becomes part of a path. A file is written in `incoming/`,
 * synced, renamed to `objects/<run>/<n>/<number>`, its directory synced; then only may the index refer to it. What a
 * crash leaves without a reference lies in `incoming/` or in the directory of that run, and goes at the next start.
 */
export class Blobs {
  private readonly root: string;
  private readonly run: number;
  private readonly space: FreeSpace;
  private readonly directories = new Directories();
  private readonly pins = new Map<number, number>();
  private readonly condemned = new Set<number>();
  private sequence = 0;
  private writers = 0;

  constructor(root: string, run: number, space: FreeSpace) {
    this.root = root;
    this.run = run;
    this.space = space;
  }

  /** A number that no file and no object has had before. */
  nextId(): number {
    this.sequence += 1;
    return this.run * SEQUENCES_PER_RUN + this.sequence;
  }

  private path(id: number): string {
    const sequence = id % SEQUENCES_PER_RUN;
    const directory = Math.floor(sequence / FILES_PER_DIRECTORY);
    return join(this.root, 'objects', String(Math.floor(id / SEQUENCES_PER_RUN)), String(directory), String(sequence));
  }

  private incoming(id: number): string {
    return join(this.root, 'incoming', String(id));
  }

  /** @param expectedBytes 0 when not known */
  async create(expectedBytes: number): Promise<BlobWriter> {
    await this.space.claim(expectedBytes);
    const id = this.nextId();
    const path = this.incoming(id);
    const file = await openPatiently(path, 'wx');
    this.writers += 1;
    return new BlobWriter(id, file, {
      crowd: () => this.writers,
      claim: (bytes) => this.space.claim(bytes),
      publish: () => this.publish(path, id),
      closed: () => {
        this.writers -= 1;
      },
      remove: async () => {
        for (const name of [path, this.path(id)]) await unlink(name).catch(() => undefined);
      },
    });
  }

  private async publish(from: string, id: number): Promise<void> {
    const to = this.path(id);
    const directory = dirname(to);
    await this.directories.ensure(dirname(directory));
    await this.directories.ensure(directory);
    await rename(from, to);
    await this.directories.sync(directory);
  }

  /** A second data file with the bytes of another, without copying them where the file system can. */
  async duplicate(id: number): Promise<number> {
    const copy = this.nextId();
    const temporary = this.incoming(copy);
    try {
      await link(this.path(id), temporary);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!['EMLINK', 'EPERM', 'ENOTSUP', 'EXDEV', 'ENOSYS'].includes(code)) throw error;
      await copyFile(this.path(id), temporary, constants.COPYFILE_FICLONE);
      const file = await openPatiently(temporary, 'r+');
      await file.sync().finally(() => file.close());
    }
    try {
      await this.publish(temporary, copy);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    return copy;
  }

  open(id: number): Promise<FileHandle> {
    return openPatiently(this.path(id), 'r');
  }

  /** Keeps files from being removed while someone reads them. */
  pin(ids: readonly number[]): () => void {
    for (const id of ids) this.pins.set(id, (this.pins.get(id) ?? 0) + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      for (const id of ids) {
        const left = (this.pins.get(id) ?? 1) - 1;
        if (left > 0) this.pins.set(id, left);
        else this.pins.delete(id);
        if (left === 0 && this.condemned.delete(id)) void this.remove(id);
      }
    };
  }

  /** Removes a file that nothing refers to; while it is being read, later. Resolves with whether it is gone. */
  async remove(id: number): Promise<boolean> {
    if (this.pins.has(id)) {
      this.condemned.add(id);
      return false;
    }
    await unlink(this.path(id)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    return true;
  }

  /** At the start, after a crash: removes every file of a run that is not in `referred`. */
  async removeOrphans(run: number, referred: ReadonlySet<number>): Promise<number> {
    const base = join(this.root, 'objects', String(run));
    let removed = 0;
    for (const directory of await readdir(base).catch(() => [])) {
      for (const name of await readdir(join(base, directory))) {
        if (referred.has(run * SEQUENCES_PER_RUN + Number(name))) continue;
        await unlink(join(base, directory, name));
        removed += 1;
      }
    }
    return removed;
  }

  /** Makes the directories and empties `incoming/`. */
  async prepare(): Promise<void> {
    await rm(join(this.root, 'incoming'), { recursive: true, force: true });
    await mkdir(join(this.root, 'incoming'), { recursive: true, mode: 0o700 });
    await mkdir(join(this.root, 'objects'), { recursive: true, mode: 0o700 });
    await this.directories.sync(this.root);
  }

  static belongsTo(id: number, run: number): boolean {
    return Math.floor(id / SEQUENCES_PER_RUN) === run;
  }
}
