import type { SyncEvent } from '@sampan/storage';
import cliProgress from 'cli-progress';
import { bytes } from '../output/format.ts';
import type { Output } from '../output/output.ts';

export interface Progress {
  onEvent(event: SyncEvent): void;
  stop(): void;
}

/** Shown in a file's own bar when it is larger: smaller ones come and go too fast to be read. */
const OWN_BAR = 16 * 1024 * 1024;
const MOST_BARS = 6;

/** Bars on a terminal: one for everything, and one for each large object on its way. Nothing where nobody looks. */
export function showProgress(output: Output, stream: NodeJS.WritableStream = process.stderr): Progress {
  if (!output.isInteractive) return { onEvent: () => undefined, stop: () => undefined };
  const bars = new cliProgress.MultiBar(
    {
      ...{
        stream,
        clearOnComplete: true,
        hideCursor: true,
        fps: 5,
        barsize: 24,
        gracefulExit: false,
        emptyOnZero: true,
      },
      format: '{bar} {percentage}% {done} of {all}  {name}',
      formatValue: (value, _options, kind) => (kind === 'percentage' ? String(value).padStart(3) : String(value)),
    },
    cliProgress.Presets.shades_classic,
  );
  let [total, doneBytes, doneObjects, allObjects] = [0, 0, 0, 0];
  const sent = new Map<string, number>();
  const own = new Map<string, cliProgress.SingleBar>();
  const main = bars.create(0, 0, { name: '', done: bytes(0), all: '…' });

  function draw(): void {
    const moving = [...sent.values()].reduce((sum, each) => sum + each, 0);
    main.setTotal(Math.max(1, total));
    main.update(Math.min(total, doneBytes + moving), {
      name: `${doneObjects} of ${allObjects} objects`,
      done: bytes(doneBytes + moving),
      all: bytes(total),
    });
  }

  function ended(key: string, size: number): void {
    sent.delete(key);
    doneBytes += size;
    doneObjects += 1;
    const bar = own.get(key);
    if (bar) bars.remove(bar);
    own.delete(key);
    draw();
  }

  return {
    onEvent(event) {
      switch (event.kind) {
        case 'listed':
          if (event.side === 'source') [total, allObjects] = [event.bytes, event.objects];
          return draw();
        case 'begin':
          if (event.size >= OWN_BAR && own.size < MOST_BARS) {
            own.set(event.key, bars.create(event.size, 0, { name: event.key, done: bytes(0), all: bytes(event.size) }));
          }
          return;
        case 'progress':
          sent.set(event.key, event.sent);
          own.get(event.key)?.update(event.sent, { done: bytes(event.sent) });
          return draw();
        case 'copied':
        case 'same':
          return ended(event.key, event.size);
        case 'failed':
          return ended(event.key, 0);
        case 'deleted':
          return;
      }
    },
    stop: () => bars.stop(),
  };
}
