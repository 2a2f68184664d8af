// Brings the restic that has everything, beside a server that runs already: it finds it when backups first need it.
import { ensureRestic } from './lib/restic.mjs';

const { missing } = ensureRestic({ isQuiet: true });
if (missing)
  process.stderr.write(`Sampan: restic 0.18 was not brought: ${missing}. Backups use the one of this machine.\n`);
