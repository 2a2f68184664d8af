import path from 'node:path';
import { SampanError } from '@sampan/driver';

/** Which keys take part: those that an `include` matches (all, without any) and no `exclude`. */
export interface Filters {
  /** Globs such as `*.log`, `photos/**`; one without a slash is compared with the last part of the key. */
  include?: readonly string[] | undefined;
  exclude?: readonly string[] | undefined;
}

function matcher(glob: string): (key: string) => boolean {
  if (glob === '' || glob.startsWith('/')) {
    throw new SampanError('invalid_pattern', `${JSON.stringify(glob)} is no pattern of keys.`, {
      hint: 'Patterns are relative: "*.log" or "photos/**".',
    });
  }
  const isAnywhere = !glob.includes('/');
  return (key) => path.posix.matchesGlob(isAnywhere ? path.posix.basename(key) : key, glob);
}

/** @throws `invalid_pattern` */
export function filterOf({ include = [], exclude = [] }: Filters): (key: string) => boolean {
  const [included, excluded] = [include.map(matcher), exclude.map(matcher)];
  return (key) =>
    (included.length === 0 || included.some((matches) => matches(key))) && !excluded.some((matches) => matches(key));
}
