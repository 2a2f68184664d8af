import { patternsOf } from './presets.ts';
import type { BackupRoots } from './roots.ts';
import type { Sources } from './settings.ts';

/** All patterns that restic gets: those of the plan, of its presets, and those that guard Sampan's own data and keys. */
export async function excludesOf(sources: Sources, roots: BackupRoots, except: string | null): Promise<string[]> {
  return [
    ...sources.excludes,
    ...patternsOf(sources.presets),
    ...(await roots.excludedWithin([...sources.paths, ...sources.includes.map(() => '/')], except)),
  ];
}
