/** Keys in the order they are pressed, parted by blanks: `g i`, `/`, `?`. */
export type KeySequence = string;

export interface SequenceState {
  readonly keys: readonly string[];
  readonly pressedAt: number;
}

export interface SequenceStep {
  state: SequenceState;
  /** The sequence that is complete now. */
  match: KeySequence | null;
  /** The key belongs to a sequence, complete or not, so the browser must not use it for itself. */
  taken: boolean;
}

export const NO_KEYS: SequenceState = { keys: [], pressedAt: 0 };

/** A pause longer than this, in milliseconds, begins anew: `g`, a coffee, `i` is not `g i`. */
export const SEQUENCE_PAUSE = 1200;

/**
 * What one more key means.
 *
 * When it does not go on with what was pressed before, it may still begin another sequence: after `g`, `/` searches.
 */
export function pressKey(
  state: SequenceState,
  key: string,
  now: number,
  sequences: readonly KeySequence[],
): SequenceStep {
  const earlier = now - state.pressedAt > SEQUENCE_PAUSE ? [] : state.keys;
  for (const keys of earlier.length > 0 ? [[...earlier, key], [key]] : [[key]]) {
    const typed = keys.join(' ');
    if (sequences.includes(typed)) return { state: NO_KEYS, match: typed, taken: true };
    if (sequences.some((sequence) => sequence.startsWith(`${typed} `))) {
      return { state: { keys, pressedAt: now }, match: null, taken: true };
    }
  }
  return { state: NO_KEYS, match: null, taken: false };
}
