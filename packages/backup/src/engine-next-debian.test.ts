import { engineTests } from './testing/engine.ts';
import { resticVersions } from './testing.ts';

const restic = (await resticVersions())[1];
if (!restic) throw new Error('set-up brings two versions of restic');
engineTests(restic);
