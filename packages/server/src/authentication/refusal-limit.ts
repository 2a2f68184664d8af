const WINDOW_MS = 10_000;
const REMEMBERED = 10_000;

/**
 * Lets the same refusal of a stranger into the audit log once in 10 seconds, with the number of those left out before: the
 * log shows an attack, and the attacker cannot fill the disk with it.
 */
export class RefusalLimit {
  readonly #seen = new Map<string, { since: number; leftOut: number }>();

  /** How many of the same were left out since the last entry; null when this one is to be left out too. */
  count(key: string, now: number): number | null {
    const seen = this.#seen.get(key);
    if (seen && now - seen.since < WINDOW_MS) {
      seen.leftOut += 1;
      return null;
    }
    this.#seen.delete(key);
    this.#seen.set(key, { since: now, leftOut: 0 });
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
    return seen?.leftOut ?? 0;
  }
}
