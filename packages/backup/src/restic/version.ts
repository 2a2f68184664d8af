import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SampanError } from '@sampan/driver';

const run = promisify(execFile);

/**
 * What a version of restic can do, as far as Sampan needs to know. Sources: restic's change log, and trying.
 *
 * - `restoreOptions` (0.17): overwrite rules, deleting, dry runs of a restore. `restoreProgress` (0.16): JSON of it.
 * - `exitCodes` (0.17): 10 no repository, 11 locked, 12 wrong password; before, all of them are 1.
 * - `jsonErrors`: errors as JSON lines. `repair` (0.16): repair index, snapshots, packs.
 * - `subfolders` (0.16): `SNAPSHOT:FOLDER`, a part of a snapshot as if it were the whole.
 */
export type ResticCapability =
  | 'compression'
  | 'exitCodes'
  | 'jsonCheck'
  | 'jsonInit'
  | 'readConcurrency'
  | 'repair'
  | 'restoreOptions'
  | 'restoreProgress'
  | 'skipIfUnchanged'
  | 'sparse'
  | 'subfolders';

const SINCE: Readonly<Record<ResticCapability, readonly [major: number, minor: number]>> = {
  compression: [0, 14],
  jsonInit: [0, 15],
  readConcurrency: [0, 15],
  sparse: [0, 15],
  subfolders: [0, 16],
  repair: [0, 16],
  restoreProgress: [0, 16],
  exitCodes: [0, 17],
  restoreOptions: [0, 17],
  skipIfUnchanged: [0, 17],
  jsonCheck: [0, 18],
};

export interface Restic {
  /** The program. */
  file: string;
  version: string;
  capabilities: ReadonlySet<ResticCapability>;
}

const OLDEST: readonly [number, number] = [0, 14];
const FULL: readonly [number, number] = [0, 18];

function isAtLeast(
  [major, minor]: readonly [number, number],
  [wantMajor, wantMinor]: readonly [number, number],
): boolean {
  return major > wantMajor || (major === wantMajor && minor >= wantMinor);
}

/** Asks a program what it is. @throws `restic_missing`, `restic_too_old` */
export async function probeRestic(file: string): Promise<Restic> {
  let text: string;
  try {
    text = (await run(file, ['version'], { timeout: 10_000, env: { PATH: process.env.PATH } })).stdout;
  } catch (cause) {
    const where = file.includes('/') ? `at ${file}` : 'on this machine';
    throw new SampanError('restic_missing', `restic was not found ${where}.`, {
      hint: 'Install it: on Debian `apt-get install restic`; version 0.18 or newer has everything.',
      cause,
    });
  }
  const [, major, minor, patch] = /^restic (\d+)\.(\d+)\.(\d+)/.exec(text) ?? [];
  if (major === undefined || minor === undefined) {
    throw new SampanError('restic_missing', `${file} is no restic: it says ${JSON.stringify(text.slice(0, 60))}.`, {
      hint: 'Give the program of restic itself.',
    });
  }
  const found = [Number(major), Number(minor)] as const;
  const version = `${major}.${minor}.${patch}`;
  if (!isAtLeast(found, OLDEST)) {
    throw new SampanError(
      'restic_too_old',
      `restic ${version} is too old: 0.14 is the oldest that Sampan works with.`,
      {
        hint: 'Install 0.18 or newer.',
        parameters: { version },
      },
    );
  }
  const capabilities = (Object.keys(SINCE) as ResticCapability[]).filter((each) => isAtLeast(found, SINCE[each]));
  return { file, version, capabilities: new Set(capabilities) };
}

/** Whether everything is there; with an older one, what it cannot do is refused with this reason. */
export function isFullRestic(restic: Restic): boolean {
  const [major = 0, minor = 0] = restic.version.split('.').map(Number);
  return isAtLeast([major, minor], FULL);
}

/** @throws `restic_too_old` naming what is wanted */
export function demandCapability(restic: Restic, capability: ResticCapability, what: string): void {
  if (restic.capabilities.has(capability)) return;
  const [major, minor] = SINCE[capability];
  throw new SampanError('restic_too_old', `${what} needs restic ${major}.${minor}; this is ${restic.version}.`, {
    hint: 'Install restic 0.18 or newer, and start Sampan again.',
    parameters: { version: restic.version, needed: `${major}.${minor}`, what },
  });
}
