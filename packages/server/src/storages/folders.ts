import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { SampanError } from '@sampan/driver';
import { isWithin } from '../platform/paths.ts';
import type { Settings } from '../settings.ts';

/** The folder as it really is: links are followed as far as it exists already. */
function realFolder(folder: string): string {
  const absolute = path.resolve(folder);
  if (existsSync(absolute)) return realpathSync(absolute);
  const parent = path.dirname(absolute);
  return parent === absolute ? absolute : path.join(realFolder(parent), path.basename(absolute));
}

/** What a storage on this computer must neither lie in nor hold: Sampan's data and keys could be read and changed there. */
export function guardedPlaces({ dataFolder, secretKey, tls }: Settings): string[] {
  const keys = secretKey.from === 'folder' ? [secretKey.folder] : secretKey.from === 'file' ? [secretKey.file] : [];
  return [dataFolder, ...keys, ...(tls ? [tls.keyFile] : [])];
}

/** Makes the check of the folders of local storages. @throws SampanError `folder_forbidden` */
export function folderCheck(settings: Settings): (folder: string) => void {
  const guarded = guardedPlaces(settings);
  return (folder) => {
    const real = realFolder(folder);
    const isRoot = path.dirname(real) === real;
    const why = isRoot
      ? 'it is the whole computer'
      : guarded.some((place) => isWithin(real, realFolder(place)))
        ? 'Sampan keeps its own data or keys there'
        : guarded.some((place) => isWithin(realFolder(place), real))
          ? 'the folder of Sampan’s own data or keys lies in it'
          : null;
    if (why === null) return;
    throw new SampanError('folder_forbidden', `The folder ${folder} cannot be a storage: ${why}.`, {
      hint: 'Choose a folder of its own, e.g. /srv/backups.',
      parameters: { folder },
    });
  };
}
