import cliProgress from 'cli-progress';
import { bytes } from '../output/format.ts';
import type { Output } from '../output/output.ts';

export interface BytesProgress {
  update(done: number, total: number | null, text: string): void;
  stop(): void;
}

/** One bar on a terminal; nothing where nobody looks. */
export function showBytes(output: Output): BytesProgress {
  if (!output.isInteractive) return { update: () => undefined, stop: () => undefined };
  const bar = new cliProgress.SingleBar({
    ...{ stream: process.stderr, clearOnComplete: true, hideCursor: true, fps: 4, barsize: 24, gracefulExit: false },
    format: '{bar} {done} of {all}  {text}',
  });
  bar.start(1, 0, { done: bytes(0), all: '…', text: '' });
  return {
    update(done, total, text) {
      bar.setTotal(Math.max(1, total ?? done));
      bar.update(Math.min(done, total ?? done), { done: bytes(done), all: total === null ? '…' : bytes(total), text });
    },
    stop: () => bar.stop(),
  };
}
