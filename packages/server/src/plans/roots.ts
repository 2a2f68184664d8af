import { glob, opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { literalPattern } from '@sampan/backup';
import { SampanError } from '@sampan/driver';
import { InvalidRequest } from '../platform/http/problem.ts';
import { isWithin, realPathOf } from '../platform/paths.ts';
import type { Actor } from '../policy/actor.ts';
import type { Settings } from '../settings.ts';
import { guardedPlaces } from '../storages/folders.ts';

const MOST_ENTRIES = 2_000;
const MOST_MATCHES = 10_000;

/** The folder that a pattern of paths begins with. */
export function baseOf(pattern: string): string {
  const parts = pattern.split('/');
  const first = parts.findIndex((part) => /[*?[\]{}!()]/.test(part));
  return path.resolve('/', first < 0 ? path.dirname(pattern) : parts.slice(0, first).join('/'));
}

export interface FolderEntry {
  name: string;
  path: string;
  isFolder: boolean;
}

/** Which files of this computer may be backed up, and restored to, and by whom. */
export class BackupRoots {
  readonly roots: readonly string[];
  readonly #guarded: readonly string[];

  constructor(settings: Settings) {
    this.roots = settings.backupRoots;
    this.#guarded = guardedPlaces(settings);
  }

  /** @throws InvalidRequest for what is no absolute path */
  checkForm(file: string, field: string): string {
    if (path.isAbsolute(file) && path.resolve(file) === file.replace(/(?<=.)\/+$/, '')) return path.resolve(file);
    const message = `${JSON.stringify(file)} is no absolute path`;
    throw new InvalidRequest([{ field, code: 'bad_format', message }]);
  }

  /**
   * Whether somebody may read here for a backup, or write here for a restore. Administrators may read everywhere; what lies
   * in Sampan's own data and keys nobody may write.
   *
   * @throws SampanError `path_not_allowed`
   */
  async demand(file: string, actor: Actor, use: 'read' | 'write'): Promise<void> {
    const real = await realPathOf(file);
    for (const guarded of this.#guarded) {
      const place = await realPathOf(guarded);
      const isInside = isWithin(real, place);
      if (!isInside) continue;
      throw new SampanError('path_not_allowed', `${file} is where Sampan keeps its own data or keys.`, {
        hint: use === 'read' ? 'Tick “Sampan’s own database” instead.' : 'Choose another folder.',
        parameters: { path: file },
      });
    }
    if (actor.kind === 'system' || actor.role === 'administrator') return;
    for (const root of this.roots) if (isWithin(real, await realPathOf(root))) return;
    throw new SampanError('path_not_allowed', `${file} is outside of the folders that are allowed here.`, {
      hint: `Allowed are ${this.roots.join(', ')}. An administrator may choose others, or set SAMPAN_BACKUP_ROOTS.`,
      parameters: { path: file },
    });
  }

  /**
   * Patterns that leave out Sampan's own data and keys where a source contains them. `except` is a folder in them that is read
   * all the same.
   */
  async excludedWithin(paths: readonly string[], except: string | null): Promise<string[]> {
    const found: string[] = [];
    for (const guarded of this.#guarded) {
      for (const place of new Set([guarded, await realPathOf(guarded)])) {
        if (!paths.some((source) => isWithin(place, source))) continue;
        const isAround = except !== null && isWithin(except, place);
        found.push(
          ...(isAround ? [`${literalPattern(place)}/*`, `!${literalPattern(except)}`] : [literalPattern(place)]),
        );
      }
    }
    return found;
  }

  /**
   * What patterns of paths find now. A link must not lead out of where the pattern begins: whoever made the plan was allowed that
   * much.
   */
  async expand(patterns: readonly string[]): Promise<string[]> {
    const found = new Set<string>();
    for (const pattern of patterns) {
      const base = await realPathOf(baseOf(pattern));
      for await (const match of glob(pattern)) {
        if (found.size === MOST_MATCHES) return [...found];
        if (isWithin(await realPathOf(match), base)) found.add(path.resolve(match));
      }
    }
    return [...found].sort();
  }

  /** What a folder holds, to choose sources and targets. @throws SampanError `path_not_allowed`, `not_found` */
  async list(folder: string, actor: Actor): Promise<{ entries: FolderEntry[]; isCut: boolean }> {
    await this.demand(folder, actor, 'read');
    const entries: FolderEntry[] = [];
    let isCut = false;
    try {
      for await (const entry of await opendir(folder)) {
        if (entries.length === MOST_ENTRIES) {
          isCut = true;
          break;
        }
        const at = path.join(folder, entry.name);
        const isFolder =
          entry.isDirectory() || (entry.isSymbolicLink() && (await stat(at).catch(() => null))?.isDirectory() === true);
        entries.push({ name: entry.name, path: at, isFolder });
      }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (code === 'EACCES')
        throw new SampanError('path_not_allowed', `The user that Sampan runs as may not read ${folder}.`);
      throw new SampanError('not_found', `There is no folder ${folder}.`, { hint: 'Choose another one.' });
    }
    entries.sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || a.name.localeCompare(b.name));
    return { entries, isCut };
  }
}
