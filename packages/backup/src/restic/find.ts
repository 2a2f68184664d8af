import { existsSync } from 'node:fs';
import { SampanError } from '@sampan/driver';
import { probeRestic, type Restic } from './version.ts';

/** The best restic of several places: the newest version that works. @throws the last refusal when there is none */
export async function findRestic(candidates: readonly (string | null | undefined)[]): Promise<Restic> {
  let best: Restic | null = null;
  let refusal: unknown;
  for (const file of candidates) {
    if (!file || (file.includes('/') && !existsSync(file))) continue;
    try {
      const found = await probeRestic(file);
      if (!best || isNewer(found.version, best.version)) best = found;
    } catch (error) {
      refusal = error;
    }
  }
  if (best) return best;
  throw (
    refusal ??
    new SampanError('restic_missing', 'restic was not found on this machine.', {
      hint: 'Install it: on Debian `apt-get install restic`; version 0.18 or newer has everything.',
    })
  );
}

function isNewer(version: string, than: string): boolean {
  const [a, b] = [version, than].map((each) => each.split('.').map(Number));
  for (let at = 0; at < 3; at += 1) {
    const difference = (a?.[at] ?? 0) - (b?.[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
