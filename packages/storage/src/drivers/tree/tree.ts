/** One entry of a folder on the other side. */
export interface TreeEntry {
  name: string;
  isFolder: boolean;
  /** Bytes; 0 of a folder. */
  size: number;
  /** Milliseconds since 1970 UTC; null when the other side does not say. */
  modified: number | null;
  etag: string | null;
}

export interface OpenFile extends TreeEntry {
  /** Bytes that come. */
  contentLength: number;
  /** Its `return` lets go of it even when nobody began to read. */
  body: AsyncIterable<Uint8Array>;
}

/**
 * A file system on the other side of a network, in the words of its own protocol. Paths are keys: relative to the folder of
 * the storage, checked already; `''` is that folder. Methods throw `SampanError` only, and may be called again after a
 * retryable one.
 */
export interface RemoteTree {
  /** Null when there is no such folder. */
  entries(folder: string, signal: AbortSignal | undefined): Promise<readonly TreeEntry[] | null>;
  /** Null when there is nothing of this name. */
  find(path: string, signal: AbortSignal | undefined): Promise<TreeEntry | null>;
  /** Null when there is no file of this name. */
  open(
    path: string,
    range: { start: number; end?: number | undefined } | undefined,
    signal: AbortSignal | undefined,
  ): Promise<OpenFile | null>;
  /** Its parent is there. What is a folder already is no error. */
  makeFolder(path: string, signal: AbortSignal | undefined): Promise<void>;
  /** Makes a file, or makes it anew. False when the folder that it is to be in is not there; then nothing was read. */
  write(path: string, content: FileContent, signal: AbortSignal | undefined): Promise<boolean>;
  /** Whether `write` itself puts a file in place of another at once, when it is complete; known after the first answer. */
  writesInPlace(): boolean;
  /** A file takes the place and name of another, at once. */
  replace(from: string, to: string, signal: AbortSignal | undefined): Promise<void>;
  /** A file; what is not there is no error. */
  remove(path: string, signal: AbortSignal | undefined): Promise<void>;
  close(): Promise<void>;
}

export interface FileContent {
  /** From the first byte, for each attempt. */
  open: () => AsyncIterable<Uint8Array>;
  /** Whether `open` may be called again. */
  isRepeatable: boolean;
  /** Bytes; null when the end is not known beforehand. */
  size: number | null;
  /** The time that the file shall have, where the protocol can set it. */
  modified: number | undefined;
}

const PART = /^\.sampan-[0-9a-f]{16}\.part$/;

/** Whether a name is that of what is being uploaded: never told in lists, never an object. */
export function isPart(name: string): boolean {
  return PART.test(name);
}
