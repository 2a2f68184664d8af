import { SampanError } from '@sampan/driver';
import type { Attributes, FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';
import type { StorageEnvironment } from '../../contract.ts';
import { keyConflict } from '../../errors.ts';
import { orAborted } from '../../source.ts';
import type { RemoteTree, TreeEntry } from '../tree/tree.ts';
import { refused, STATUS, sshFailed, statusOf } from './errors.ts';
import type { SftpOptions } from './options.ts';
import { createPool } from './pool.ts';
import { pipelinedBody } from './reading.ts';
import type { Session } from './session.ts';
import { pipelinedWrite } from './writing.ts';

/** Bits of a mode that tell the kind of a file, as POSIX has them. */
const KIND = 0o170000;
const FOLDER = 0o040000;
const FILE = 0o100000;

type Done<Result> = (error: Error | null | undefined, result: Result) => void;

function entryOf(name: string, { mode, size, mtime }: Stats | Attributes): TreeEntry | null {
  const kind = mode & KIND;
  // Links, devices and sockets are no objects.
  if (kind !== FOLDER && kind !== FILE) return null;
  const isFolder = kind === FOLDER;
  return { name, isFolder, size: isFolder ? 0 : size, modified: mtime * 1000, etag: null };
}

/** The folder of the storage over SFTP. */
export function sftpTree(options: SftpOptions, environment: StorageEnvironment): RemoteTree {
  const { folder, host, username } = options;
  const pool = createPool(options, environment);
  const full = (path: string): string => (path === '' ? folder : `${folder === '/' ? '' : folder}/${path}`);

  /** One request; ends with its answer or with the connection. */
  async function ask<Result>(
    session: Session,
    request: (sftp: SFTPWrapper, done: Done<Result>) => void,
  ): Promise<Result> {
    const answer = new Promise<Result>((resolve, reject) => {
      request(session.sftp, (error, result) => (error ? reject(error) : resolve(result)));
    });
    answer.catch(() => undefined);
    return Promise.race([answer, session.ended]);
  }

  /**
   * Runs work on a connection; a status that `known` does not name becomes an error of the contract. Work that is given up
   * is waited for: what it still does on the server must not come after what is done next.
   */
  async function on<Result>(
    signal: AbortSignal | undefined,
    path: string,
    work: (session: Session) => Promise<Result>,
    known: Partial<Record<number, () => Result>> = {},
  ): Promise<Result> {
    const { session, leave } = await pool.enter(signal);
    try {
      return await work(session);
    } catch (error) {
      const status = statusOf(error);
      if (status === null) throw sshFailed(error, host, username);
      const answer = known[status];
      if (answer) return answer();
      throw refused(status, path);
    } finally {
      leave();
    }
  }

  const nothing = (): null => null;
  const find = (path: string, signal: AbortSignal | undefined): Promise<TreeEntry | null> =>
    on<TreeEntry | null>(
      signal,
      path,
      async (session) => {
        // The folder of the storage itself may be a link; what is in it may not.
        const stats = await ask<Stats>(session, (sftp, done) =>
          path === '' ? sftp.stat(full(path), done) : sftp.lstat(full(path), done),
        );
        return entryOf(path.slice(path.lastIndexOf('/') + 1), stats);
      },
      { [STATUS.noSuchFile]: nothing },
    );

  async function open(session: Session, path: string) {
    const handle = await ask<Buffer>(session, (sftp, done) => sftp.open(full(path), 'r', done));
    const close = (): void =>
      void ask<void>(session, (sftp, done) => sftp.close(handle, done as never)).catch(() => undefined);
    try {
      const stats = await ask<Stats>(session, (sftp, done) => sftp.fstat(handle, done));
      return { handle, close, entry: entryOf(path.slice(path.lastIndexOf('/') + 1), stats) };
    } catch (error) {
      close();
      throw error;
    }
  }

  return {
    find,
    writesInPlace: () => false,

    entries: (path, signal) =>
      on<readonly TreeEntry[] | null>(
        signal,
        path,
        async (session) => {
          const found = await ask<FileEntryWithStats[]>(session, (sftp, done) => sftp.readdir(full(path), done));
          return found.flatMap(({ filename, attrs }) => {
            const isSelf = filename === '.' || filename === '..';
            return (isSelf ? null : entryOf(filename, attrs)) ?? [];
          });
        },
        { [STATUS.noSuchFile]: nothing },
      ).catch(async (error) => {
        // Of a file, servers say only that it failed.
        if (error instanceof SampanError && error.parameters.status === STATUS.failure) {
          if ((await find(path, signal))?.isFolder !== true) return null;
        }
        throw error;
      }),

    async open(path, range, signal) {
      // Opening would follow a link; so it is looked at first, while it cannot be written through here.
      const seen = await find(path, signal);
      if (!seen || seen.isFolder) return null;
      const { session, leave } = await pool.enter(signal);
      try {
        const { handle, close, entry } = await orAborted(open(session, path), signal);
        if (!entry || entry.isFolder) {
          close();
          leave();
          return null;
        }
        const start = range?.start ?? 0;
        const contentLength = Math.max(0, Math.min(range?.end ?? entry.size - 1, entry.size - 1) - start + 1);
        const read = async (position: number, length: number): Promise<Uint8Array> => {
          const buffer = Buffer.allocUnsafe(length);
          try {
            const count = await ask<number>(session, (sftp, done) =>
              sftp.read(handle, buffer, 0, length, position, (error, bytesRead) => done(error, bytesRead)),
            );
            return buffer.subarray(0, count);
          } catch (error) {
            const status = statusOf(error);
            // 1 is the end of the file.
            if (status === 1) return buffer.subarray(0, 0);
            throw status === null ? sshFailed(error, host, username) : refused(status, path);
          }
        };
        const release = (): void => {
          close();
          leave();
        };
        return {
          ...entry,
          contentLength,
          body: pipelinedBody(read, { start, length: contentLength }, signal, release),
        };
      } catch (error) {
        leave();
        const status = statusOf(error);
        if (status === STATUS.noSuchFile) return null;
        throw status === null ? sshFailed(error, host, username) : refused(status, path);
      }
    },

    makeFolder: (path, signal) =>
      on(signal, path, (session) => ask<void>(session, (sftp, done) => sftp.mkdir(full(path), done as never))).catch(
        async (error) => {
          // Also what the server says when another was faster.
          const found = await find(path, signal);
          if (found?.isFolder) return;
          throw found ? keyConflict(path) : error;
        },
      ),

    write: (path, { open: read, modified }, signal) =>
      on<boolean>(
        signal,
        path,
        async (session) => {
          const handle = await ask<Buffer>(session, (sftp, done) => sftp.open(full(path), 'w', { mode: 0o600 }, done));
          try {
            await pipelinedWrite(read(), (bytes, position) =>
              ask<void>(session, (sftp, done) =>
                sftp.write(handle, bytes as Buffer, 0, bytes.length, position, done as never),
              ),
            );
            if (modified !== undefined) {
              const seconds = Math.floor(modified / 1000);
              await ask<void>(session, (sftp, done) => sftp.futimes(handle, seconds, seconds, done as never));
            }
            await sync(session, handle);
          } finally {
            await ask<void>(session, (sftp, done) => sftp.close(handle, done as never)).catch(() => undefined);
          }
          return true;
        },
        { [STATUS.noSuchFile]: () => false },
      ),

    replace: (from, to, signal) =>
      on<void>(signal, to, (session) =>
        ask<void>(session, (sftp, done) => {
          try {
            sftp.ext_openssh_rename(full(from), full(to), done as never);
          } catch {
            // The server did not announce it: plain renaming fails where there is something already.
            done(Object.assign(new Error('no posix-rename'), { code: STATUS.unsupported }), undefined);
          }
        }),
      ).catch(async (error) => {
        if ((await find(to, signal))?.isFolder) throw keyConflict(to);
        throw error;
      }),

    remove: (path, signal) =>
      on<void>(signal, path, (session) => ask<void>(session, (sftp, done) => sftp.unlink(full(path), done as never)), {
        [STATUS.noSuchFile]: () => undefined,
      }),

    close: () => pool.close(),
  };

  /** To the disk, where the server can: an object that was acknowledged must outlive a power cut. */
  async function sync(session: Session, handle: Buffer): Promise<void> {
    try {
      await ask<unknown>(session, (sftp, done) => sftp.ext_openssh_fsync(handle, done as never));
    } catch (error) {
      const isMissing = error instanceof Error && /does not support/.test(error.message);
      if (!isMissing && statusOf(error) !== STATUS.unsupported) throw error;
    }
  }
}
