import { browserStreamHolder } from './browser-stream.ts';
import type { PageMessage, StreamMessage } from './messages.ts';

/**
 * Joins the browser's one event stream, which a shared worker holds for all tabs; where there are no shared workers
 * (Chrome on Android), the page holds its own.
 *
 * @returns a function that leaves it again
 */
export function connectToStream(onMessage: (message: StreamMessage) => void): () => void {
  const { post, end } = typeof SharedWorker === 'undefined' ? ownStream(onMessage) : sharedStream(onMessage);
  const retry = () => post({ type: 'retry' });
  const leave = () => post({ type: 'leave' });
  // A page that comes back from the browser's back-forward cache has left the stream and joins it again.
  const join = (event: PageTransitionEvent) => {
    if (event.persisted) post({ type: 'join' });
  };
  window.addEventListener('online', retry);
  window.addEventListener('pagehide', leave);
  window.addEventListener('pageshow', join);
  post({ type: 'join' });
  return () => {
    window.removeEventListener('online', retry);
    window.removeEventListener('pagehide', leave);
    window.removeEventListener('pageshow', join);
    leave();
    end();
  };
}

interface Connection {
  post: (message: PageMessage) => void;
  end: () => void;
}

function sharedStream(onMessage: (message: StreamMessage) => void): Connection {
  const worker = new SharedWorker(new URL('./live-worker.ts', import.meta.url), {
    type: 'module',
    name: 'sampan-live',
  });
  worker.port.onmessage = ({ data }: MessageEvent<StreamMessage>) => onMessage(data);
  return { post: (message) => worker.port.postMessage(message), end: () => worker.port.close() };
}

function ownStream(onMessage: (message: StreamMessage) => void): Connection {
  const holder = browserStreamHolder();
  return {
    post: (message) => {
      if (message.type === 'join') holder.join(onMessage);
      else if (message.type === 'leave') holder.leave(onMessage);
      else holder.retry();
    },
    end: () => undefined,
  };
}
