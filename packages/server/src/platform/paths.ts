import { realpath } from 'node:fs/promises';
import path from 'node:path';

/** Whether a path is another one or lies below it; both absolute. */
export function isWithin(inner: string, outer: string): boolean {
  const way = path.relative(outer, inner);
  // Absolute: on another drive of Windows.
  return way === '' || (way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way));
}

/** A path as it really is, links followed as far as it exists. */
export async function realPathOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    const parent = path.dirname(file);
    return parent === file ? file : path.join(await realPathOf(parent), path.basename(file));
  }
}
