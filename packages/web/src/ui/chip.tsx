import type { ReactNode } from 'react';

export type Tone = 'good' | 'busy' | 'warning' | 'bad' | 'idle' | 'simulated';

interface ChipProps {
  tone: Tone;
  /** The state is about to change: the dot moves. */
  moving?: boolean;
  title?: string;
  children: ReactNode;
}

/** A state in one or two words; the words say it, the colour only helps. */
export function Chip({ tone, moving, title, children }: ChipProps) {
  return (
    <span className={`chip chip-${tone}${moving ? ' chip-moving' : ''}`} title={title}>
      {children}
    </span>
  );
}
