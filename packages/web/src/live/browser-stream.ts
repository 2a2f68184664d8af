import { createStreamHolder, type StreamHolder } from './stream-holder.ts';

/** The stream of this browser; works in a page and in a worker. */
export function browserStreamHolder(): StreamHolder {
  return createStreamHolder({
    open: () => new EventSource('/api/v1/events'),
    later: (action, milliseconds) => {
      const timer = setTimeout(action, milliseconds);
      return () => clearTimeout(timer);
    },
  });
}
